import type { StatusError } from '../errors/webhook-error.ts'
import { compact, type ContactEntry, contactEntry, type Person } from './person.ts'

export type StatusName = 'sent' | 'delivered' | 'read' | 'played' | 'failed' | 'deleted' | 'warning'

export interface Pricing {
  billable: boolean
  pricing_model: 'PMP' | 'CBP'
  type: string
  category: string
}

export interface Status {
  id: string
  status: string
  timestamp: string
  recipient_id?: string
  recipient_user_id?: string
  [member: string]: unknown
}

export interface StatusParams {
  wamid: string
  status: StatusName
  /** Unix seconds. */
  timestamp: number
  recipient?: Person
  /** The message was addressed to a phone number: then a failure does not tell the user id. */
  sentToPhone?: boolean
  group?: { id: string }
  opaque?: string
  conversation?: object
  pricing?: Pricing
  errors?: StatusError[]
  identityKeyHash?: string
}

export function statusOf(p: StatusParams): Status {
  const person = p.recipient
  const hidesUserId = p.status === 'failed' && p.sentToPhone !== false
  return compact({
    id: p.wamid,
    status: p.status,
    timestamp: String(p.timestamp),
    recipient_id: p.group ? p.group.id : person?.phone,
    recipient_user_id: p.group || hidesUserId ? undefined : person?.userId,
    recipient_parent_user_id: p.group || hidesUserId ? undefined : person?.parentUserId,
    recipient_type: p.group ? 'group' : undefined,
    recipient_participant_id: p.group ? person?.phone : undefined,
    recipient_participant_user_id: p.group ? person?.userId : undefined,
    recipient_identity_key_hash: p.identityKeyHash,
    biz_opaque_callback_data: p.opaque,
    conversation: p.conversation,
    pricing: p.pricing,
    errors: p.errors,
  })
}

/** `contacts[]` beside a status: on sent, delivered and read, never on failed, and the username not on sent. */
export function contactsOfStatus(status: StatusName, person: Person): ContactEntry[] | undefined {
  if (status === 'failed' || status === 'deleted' || status === 'warning') return undefined
  return [contactEntry(status === 'sent' ? { ...person, username: undefined } : person)]
}
