import { compact, type ContactEntry } from './person.ts'
import type { InboundMessage } from './message.ts'
import type { Status } from './status.ts'

/** One `changes[]` item with the entry it belongs to. */
export interface Change {
  /** `entry.id`: the WhatsApp business account, or the portfolio for partner events. */
  entryId: string
  field: string
  value: object
  /** Unix seconds; only account, phone and template fields carry it. */
  time?: number
}

export interface BusinessNumber {
  id: string
  /** Digits, as `metadata.display_phone_number` has them. */
  displayPhoneNumber: string
}

export interface Metadata {
  display_phone_number: string
  phone_number_id: string
}

export interface MessagesValue {
  messaging_product: 'whatsapp'
  metadata: Metadata
  contacts?: ContactEntry[]
  messages?: InboundMessage[]
  statuses?: Status[]
  errors?: object[]
}

export interface Envelope {
  object: 'whatsapp_business_account'
  entry: { id: string; time?: number; changes: { field: string; value: object }[] }[]
}

export const metadataOf = (number: BusinessNumber): Metadata => ({
  display_phone_number: number.displayPhoneNumber,
  phone_number_id: number.id,
})

export function messagesValue(
  number: BusinessNumber,
  members: Omit<MessagesValue, 'messaging_product' | 'metadata'>,
): MessagesValue {
  return compact({ messaging_product: 'whatsapp' as const, metadata: metadataOf(number), ...members })
}

export const messagesChange = (
  accountId: string,
  number: BusinessNumber,
  members: Omit<MessagesValue, 'messaging_product' | 'metadata'>,
): Change => ({ entryId: accountId, field: 'messages', value: messagesValue(number, members) })

/** One entry per change: the commonest form. */
export function envelope(...changes: Change[]): Envelope {
  return {
    object: 'whatsapp_business_account',
    entry: changes.map(({ entryId, time, field, value }) =>
      compact({ id: entryId, time, changes: [{ field, value }] }),
    ),
  }
}

/** Neighbouring changes of one account share an entry, neighbouring messages of one number share a value. Both occur in batches. */
export function mergedEnvelope(changes: readonly Change[], level: 'entries' | 'changes' | 'values'): Envelope {
  if (level === 'entries') return envelope(...changes)
  const entries: Envelope['entry'] = []
  for (const change of changes) {
    const entry = entries.at(-1)
    const item = { field: change.field, value: change.value }
    if (!entry || entry.id !== change.entryId || entry.time !== change.time) {
      entries.push(compact({ id: change.entryId, time: change.time, changes: [item] }))
      continue
    }
    const last = entry.changes.at(-1)
    const joined = level === 'values' && last && joinValues(last, item)
    if (joined) entry.changes[entry.changes.length - 1] = joined
    else entry.changes.push(item)
  }
  return { object: 'whatsapp_business_account', entry: entries }
}

function joinValues(first: { field: string; value: object }, second: { field: string; value: object }) {
  if (first.field !== 'messages' || second.field !== 'messages') return undefined
  const one = first.value as MessagesValue
  const two = second.value as MessagesValue
  if (one.metadata?.phone_number_id !== two.metadata?.phone_number_id) return undefined
  return {
    field: 'messages',
    value: compact({
      messaging_product: one.messaging_product,
      metadata: one.metadata,
      contacts: joinLists(one.contacts, two.contacts),
      messages: joinLists(one.messages, two.messages),
      statuses: joinLists(one.statuses, two.statuses),
      errors: joinLists(one.errors, two.errors),
    }),
  }
}

const joinLists = <T>(one: T[] | undefined, two: T[] | undefined): T[] | undefined =>
  one && two ? [...one, ...two] : (one ?? two)

/** How many items a receiver has to process for this change. */
export function countItems(change: Pick<Change, 'value'>): number {
  const value = change.value as Partial<MessagesValue>
  return Math.max(1, (value.messages?.length ?? 0) + (value.statuses?.length ?? 0) + (value.errors?.length ?? 0))
}
