import type { IncomingItem } from '../channel.ts'
import { accountIn } from './fields/account.ts'
import { happenedAt, notice, words, type Change } from './fields/field.ts'
import { fieldReaders, guessField } from './fields/registry.ts'
import { cutText, lookUp, readId, readList, readObject, readText, type Json } from './json.ts'
import { summariseItems } from './summary.ts'

/**
 * Everything a webhook body tells, in Parley's words. Reads any JSON: what is missing, extra, unknown or of a wrong type
 * costs at most the part it stands in. `receivedAt` stands in for times that Meta does not name.
 */
export function readWebhook(body: unknown, receivedAt: Date = new Date()): { items: IncomingItem[]; summary: string } {
  const items: IncomingItem[] = []
  for (const root of readList(body)) for (const change of changesOf(root, receivedAt)) items.push(...readChange(change))
  return { items, summary: summariseItems(items) }
}

/** `JSON.parse`, but whole numbers too long for JavaScript (ids of templates) stay whole, as texts. */
export function parseWebhookJson(text: string): unknown {
  const json = text.startsWith('\ufeff') ? text.slice(1) : text
  // Looking at every member is four times as slow, and hardly a webhook needs it.
  return /[:[,]\s*-?\d{16,}/.test(json) ? JSON.parse(json, keepLongNumber) : JSON.parse(json)
}

function keepLongNumber(_name: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || !Number.isInteger(value) || Number.isSafeInteger(value)) return value
  return context?.source && /^-?\d+$/.test(context.source) ? context.source : value
}

function readChange(change: Change): IncomingItem[] {
  const read = lookUp(fieldReaders, change.field)
  if (!read) return [notice(change, change.value, `Something new from WhatsApp: ${words(change.field)}`)]
  const items = read(change)
  // Nothing in it is still something that came.
  return items.length > 0 ? items : [notice(change, change.value, `Nothing to read in “${words(change.field)}”`)]
}

/** Whole envelopes, single changes as the app dashboard shows them, and bare values as other tools hand them on. */
function changesOf(root: Json, receivedAt: Date): Change[] {
  const entries = readList(root['entry'])
  if (entries.length === 0) return isChange(root) ? changesFrom([root], receivedAt) : []
  return entries.flatMap((entry) => {
    const changes = readList(entry['changes'])
    if (changes.length === 0) return isChange(entry) ? changesFrom([entry, root], receivedAt) : []
    return changes.flatMap((change) => changesFrom([change, entry, root], receivedAt))
  })
}

function isChange(value: Json): boolean {
  return readList(value['value']).length > 0 || guessField(value) !== undefined
}

/** One change, or as many as its `value` lists. */
function changesFrom(around: readonly [Json, ...Json[]], receivedAt: Date): Change[] {
  const [inner] = around
  const values = readList(inner['value'])
  return (values.length > 0 ? values : [inner]).map((value) => changeFrom(value, around, receivedAt))
}

/** The innermost of what surrounds a value names its field; some examples of Meta name it one level too high. */
function changeFrom(value: Json, around: readonly Json[], receivedAt: Date): Change {
  const [, entry = {}] = around
  const named = [...around, value].map(({ field }) => cutText(readText(field)?.trim() ?? '', 100)).find(Boolean)
  const product = readText(around.at(-1)!['object'])
  const time = entry['time'] ?? around.at(-1)!['time']
  const received = { at: receivedAt.toISOString(), receivedAt: receivedAt.toISOString() }
  return {
    field: isForeign(product) ? `${product} ${named ?? ''}`.trim() : (named ?? guessField(value) ?? 'unnamed'),
    value,
    businessAccountId: accountIn(value) ?? readId(entry['id']) ?? '',
    phoneNumberId: phoneNumberIdIn(value),
    displayPhone: readText(readObject(value['metadata'])['display_phone_number']),
    at: happenedAt({ ...received, at: happenedAt(received, time) }, value['timestamp']),
    time: time ?? null,
    receivedAt: received.receivedAt,
  }
}

/** Pages and Instagram accounts of the same app use the same names for other things. */
function isForeign(product: string | undefined): boolean {
  return product === 'page' || product === 'instagram' || product === 'user'
}

function phoneNumberIdIn(value: Json): string {
  const places = [value['metadata'], value, value['phone_number_settings'], value['recipient']]
  return places.map((place) => readId(readObject(place)['phone_number_id'])).find(Boolean) ?? ''
}
