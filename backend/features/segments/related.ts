import type { Condition } from '../../contract/segments.ts'
import type { Context } from '../../feature.ts'
import type { Conversation, Lead } from '../../model/index.ts'
import type { Tests } from '../../platform/store/store.ts'
import { day } from '../../platform/clock.ts'

export const aboutChats = new Set<string>([
  'window',
  'channel',
  'assignee',
  'conversation',
  'lastActivity',
  'lastInbound',
])
export const aboutLeads = new Set<string>(['stage', 'lead'])

/** Asks for something that a person may not see. */
export const isAboutOthers = ({ field }: Condition) => aboutChats.has(field) || aboutLeads.has(field)

/** Conditions about chats and leads say "one of them is so", or that none is. */
export function isDenied(condition: Condition): boolean {
  if (condition.field === 'window') return !condition.value
  return 'op' in condition && (condition.op === 'not' || condition.op === 'before')
}

/**
 * The contacts with a chat or a lead as the condition names it, however it asks for that; undefined when it asks for
 * something else. One question to the store instead of one for every page of contacts.
 */
export async function findRelated(
  { store, now }: Pick<Context, 'store' | 'now'>,
  condition: Condition,
): Promise<Set<string> | undefined> {
  const by = ['contactId'] as const
  const rows = aboutChats.has(condition.field)
    ? await store.conversations.group({ where: chatTestOf(condition, now()), by })
    : aboutLeads.has(condition.field)
      ? await store.leads.group({ where: leadTestOf(condition), by })
      : undefined
  return rows && new Set(rows.map(({ keys }) => String(keys[0])))
}

function chatTestOf(condition: Condition, now: Date): Tests<Conversation> {
  switch (condition.field) {
    case 'window':
      return { windowExpiresAt: { gt: now.toISOString() } }
    case 'channel':
      return { channelId: condition.value }
    case 'assignee':
      return { assignedTo: condition.value }
    case 'conversation':
      return { status: condition.value }
    case 'lastActivity':
      return { lastMessageAt: { gte: daysAgo(now, condition.days) } }
    case 'lastInbound':
      return { lastInboundAt: { gte: daysAgo(now, condition.days) } }
    default:
      throw new TypeError(`${condition.field} is no condition about chats`)
  }
}

function leadTestOf(condition: Condition): Tests<Lead> {
  if (condition.field === 'stage') return { stageId: condition.value }
  if (condition.field === 'lead') return { status: condition.value }
  throw new TypeError(`${condition.field} is no condition about leads`)
}

const daysAgo = (now: Date, days: number) => new Date(now.getTime() - days * day).toISOString()
