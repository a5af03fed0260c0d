import type { Condition, SegmentFilter } from '../../contract/segments.ts'
import type { Contact, Conversation, Lead } from '../../model/index.ts'
import { day } from '../../platform/clock.ts'

/** A contact with what is known of it elsewhere. */
export type Subject = { contact: Contact; conversations: readonly Conversation[]; leads: readonly Lead[] }

export function matchesFilter({ match, conditions }: SegmentFilter, subject: Subject, now: Date): boolean {
  if (conditions.length === 0) return true
  const holds = (condition: Condition) => matchesCondition(condition, subject, now)
  return match === 'all' ? conditions.every(holds) : conditions.some(holds)
}

function matchesCondition(condition: Condition, subject: Subject, now: Date): boolean {
  const { contact, conversations, leads } = subject
  switch (condition.field) {
    case 'name':
      return compare(contact.displayName, condition)
    case 'phone':
    case 'email':
    case 'username':
    case 'language':
      return compare(contact[condition.field], condition)
    case 'custom':
      return compare(contact.fields[condition.name], condition)
    case 'tag':
      return contact.tags.includes(condition.value) === (condition.op === 'has')
    case 'optIn':
      return (contact.optInStatus === condition.value) === (condition.op === 'is')
    case 'blocked':
      return (contact.blockedAt !== null) === condition.value
    case 'marketingStopped':
      return (contact.marketingStoppedAt !== null) === condition.value
    case 'window':
      return conversations.some(({ windowExpiresAt }) => isAfter(windowExpiresAt, now)) === condition.value
    case 'channel':
      return conversations.some(({ channelId }) => channelId === condition.value) === (condition.op === 'is')
    case 'assignee':
      return conversations.some(({ assignedTo }) => assignedTo === condition.value) === (condition.op === 'is')
    case 'conversation':
      return conversations.some(({ status }) => status === condition.value) === (condition.op === 'is')
    case 'stage':
      return leads.some(({ stageId }) => stageId === condition.value) === (condition.op === 'is')
    case 'lead':
      return leads.some(({ status }) => status === condition.value) === (condition.op === 'is')
    default:
      return isRecent(momentOf(condition.field, subject), condition.days, now) === (condition.op === 'within')
  }
}

type Comparison = { op: string; value?: string }

/** As people compare: capitals and accents do not matter, and numbers are compared as numbers. */
function compare(known: unknown, { op, value = '' }: Comparison): boolean {
  const text = known === null || known === undefined ? '' : String(known)
  if (op === 'empty') return text === ''
  if (op === 'present') return text !== ''
  const [left, right] = [fold(text), fold(value)]
  if (op === 'contains') return left.includes(right)
  if (op === 'starts') return left.startsWith(right)
  if (op === 'is') return left === right
  if (op === 'not') return left !== right
  if (text === '') return false
  const order = Number.isNaN(Number(text) - Number(value)) ? compareText(left, right) : Number(text) - Number(value)
  return op === 'more' ? order > 0 : order < 0
}

const compareText = (left: string, right: string) => (left < right ? -1 : left > right ? 1 : 0)
const fold = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim()

function momentOf(field: 'lastActivity' | 'lastInbound' | 'created', { contact, conversations }: Subject) {
  if (field === 'created') return contact.createdAt
  const moments = conversations.flatMap(
    ({ lastMessageAt, lastInboundAt }) => (field === 'lastActivity' ? lastMessageAt : lastInboundAt) ?? [],
  )
  return moments.toSorted().at(-1) ?? null
}

function isRecent(moment: string | null, days: number, now: Date): boolean {
  return moment !== null && Date.parse(moment) >= now.getTime() - days * day
}

const isAfter = (instant: string | null, now: Date) => instant !== null && Date.parse(instant) > now.getTime()
