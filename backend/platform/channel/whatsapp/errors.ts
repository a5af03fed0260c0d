import type { MessageError } from '../../../contract/messages.ts'
import type { Refusal } from '../channel.ts'
import { accountErrors, signUpError } from './errors/account.ts'
import { never, passing, slower, stopped, type ErrorRow, type ErrorRows } from './errors/row.ts'
import { otherCallError, otherGroupError, permissionMissing, sendingErrors } from './errors/sending.ts'
import { templateErrors } from './errors/templates.ts'
import { readFlag, readList, readNumber, readObject, readText, type Json } from './json.ts'
import { compact } from './messages/kind.ts'

const table: ErrorRows = { ...sendingErrors, ...accountErrors, ...templateErrors }

const ranges: readonly (readonly [first: number, last: number, row: ErrorRow])[] = [
  [200, 299, permissionMissing],
  [131201, 131215, otherGroupError],
  [138000, 138018, otherCallError],
  [2494164, 2494179, signUpError],
]

/** The row of a code; undefined for codes that nobody has told us about. */
export function findErrorRow(code: number): ErrorRow | undefined {
  return table[code] ?? ranges.find(([first, last]) => code >= first && code <= last)?.[2]
}

/** A definite answer of Meta that is not a success, classed by its code and never by its text. */
export function refusalFrom(httpStatus: number, body: unknown): Refusal {
  const error = readObject(readObject(body)['error'])
  const code = readNumber(error['code']) ?? httpStatus
  const { scope, ambiguous, retryAfter, ...row } = rowOf(error, httpStatus)
  return compact({ code, scope, ambiguous, retryAfter, error: messageError(code, row, error) })
}

/** Why a message failed, from the `errors[]` of its status. */
export function statusError(errors: unknown): MessageError {
  const [error] = readList(errors)
  if (!error)
    return {
      code: 'unknown',
      message: 'WhatsApp did not deliver this message and did not say why.',
      actor: 'nobody',
      action: 'resend',
    }
  const row = rowOf(error, undefined)
  // Nobody sends it again by itself once it was accepted, however well that would do.
  const action = row.retryAfter ? 'resend' : row.action
  return messageError(readNumber(error['code']) ?? 'unknown', { ...row, action }, error)
}

/** For an error that belongs to no message: whether the number must stop sending. */
export function channelProblem(error: unknown): { code: number; message: string } | undefined {
  const code = readNumber(readObject(error)['code'])
  const row = code === undefined ? undefined : findErrorRow(code)
  return code !== undefined && row?.scope === 'channel' ? { code, message: row.message } : undefined
}

function rowOf(error: Json, httpStatus: number | undefined): ErrorRow {
  const code = readNumber(error['code'])
  const subcode = readNumber(error['error_subcode'])
  // A number or account that does not exist, or that the token may not see.
  if (code === 100 && subcode === 33) return permissionMissing
  const known =
    (code === 100 && subcode ? findErrorRow(subcode) : undefined) ??
    (code === undefined ? undefined : findErrorRow(code))
  return known ?? guessRow(httpStatus, readFlag(error['is_transient']) === true)
}

const refused = 'WhatsApp refused this message. The details say why.'

function guessRow(httpStatus: number | undefined, isTransient: boolean): ErrorRow {
  if (httpStatus === 429) return slower('Too much was asked of WhatsApp in a short time.', 5, 600)
  if (httpStatus === 401) return stopped('Meta does not accept the access any more. Connect the number again.')
  if (isTransient || (httpStatus ?? 0) >= 500) return passing('WhatsApp had a problem.')
  if (httpStatus === 403) return never('WhatsApp does not allow this for your number.', 'admin', 'channel')
  if (httpStatus === 404) return never('Meta does not know what this was about.', 'admin', 'none')
  return never(refused, 'agent', 'edit')
}

function messageError(
  code: number | string,
  { message, actor, action }: Pick<ErrorRow, 'message' | 'actor' | 'action'>,
  error: Json,
): MessageError {
  return compact({ code, message, actor, action, details: detailsOf(error) })
}

/** Meta's own words, for those who want them. */
function detailsOf(error: Json): string | undefined {
  const parts = [
    error['error_user_title'],
    error['error_user_msg'],
    readObject(error['error_data'])['details'] ?? error['error_data'] ?? error['details'],
    error['message'] ?? error['title'],
  ].map((part) => readText(part)?.trim())
  return [...new Set(parts.filter(Boolean))].join(' · ').slice(0, 1000).toWellFormed() || undefined
}
