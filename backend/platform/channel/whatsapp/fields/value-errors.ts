import type { IncomingItem } from '../../channel.ts'
import { channelProblem, statusError } from '../errors.ts'
import { readList, type Json } from '../json.ts'
import { baseOf, notice, type Change } from './field.ts'

/** Errors that belong to no message: the number or the account has a problem, or WhatsApp itself. */
export function readValueErrors(change: Change): IncomingItem[] {
  return readList(change.value['errors']).map((error) => readValueError(change, error))
}

function readValueError(change: Change, error: Json): IncomingItem {
  const { message, details } = statusError([error])
  const summary = details ? `${message} (${details})` : message
  const problem = channelProblem(error)
  if (!problem) return notice(change, error, `WhatsApp reports: ${summary}`)
  return { kind: 'channel', ...baseOf(change, { part: error }), problem, summary: `WhatsApp reports: ${summary}` }
}
