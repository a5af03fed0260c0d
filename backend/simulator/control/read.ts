import type { About } from '../emit.ts'
import type { InboundOptions } from '../inbound.ts'
import { type ContentName, contents } from '../payloads/contents.ts'
import { type FieldName, fields } from '../payloads/fields.ts'
import type { Change } from '../payloads/envelope.ts'
import type { CustomerSpec } from '../world/customers.ts'

/**
 * `{ "type": "text", "from": "+49…", "name": "Ada", "params": { "body": "Hi" } }`. For a plain text `"text": "Hi"` is enough,
 * bytes of media come as `bytesBase64`.
 */
export function readInbound(body: Record<string, unknown>): {
  name: ContentName
  params: object
  options: InboundOptions
} {
  const { type, params, text, from, name: personName, username, hidesPhone, userId, bytesBase64, ...rest } = body
  const name = String(type ?? 'text')
  if (!(name in contents)) throw new RangeError(`"type" is one of: ${Object.keys(contents).join(', ')}.`)
  return {
    name: name as ContentName,
    params: { ...(typeof text === 'string' ? { body: text } : {}), ...(params as object | undefined) },
    options: {
      ...(rest as InboundOptions),
      from: readPerson({ from, name: personName, username, hidesPhone, userId }),
      ...(typeof bytesBase64 === 'string' ? { bytes: Buffer.from(bytesBase64, 'base64') } : {}),
    },
  }
}

function readPerson(given: Record<string, unknown>): CustomerSpec | undefined {
  const { from, ...rest } = given
  if (typeof from === 'object' && from !== null) return from as CustomerSpec
  const members = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  if (from === undefined && Object.keys(members).length === 0) return undefined
  return { ...(typeof from === 'string' ? { phone: from } : {}), ...members }
}

type FieldRequest =
  | { name: FieldName; params: object; about: About }
  | { change: Omit<Change, 'entryId'> & { entryId?: string } }

/** `{ "name": "account_violation", "params": {…} }`, or a change of one's own: `{ "field": "…", "value": {…} }`. */
export function readFieldRequest(body: Record<string, unknown>): FieldRequest {
  const { name, field, params, value, accountId, entryId, time, ...about } = body
  if (value !== undefined) {
    const entry = entryId ?? accountId
    return {
      change: {
        entryId: entry as string | undefined,
        field: String(field),
        value: value as object,
        time: time as number | undefined,
      },
    }
  }
  const wanted = String(name ?? field)
  if (!(wanted in fields)) throw new RangeError(`"name" is one of: ${Object.keys(fields).join(', ')}.`)
  return {
    name: wanted as FieldName,
    params: (params as object | undefined) ?? {},
    about: { ...(about as About), ...(accountId === undefined ? {} : { accountId: String(accountId) }) },
  }
}
