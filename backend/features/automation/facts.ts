import type { RuleCondition } from '../../contract/rules.ts'
import type { Context } from '../../feature.ts'
import type { Contact, Conversation, Message } from '../../model/index.ts'
import type { RuleEvent, RuleJob } from '../triggers/triggers.ts'
import { anHourBefore, mostRunsPerHour, type Facts, type Occasion } from './decide.ts'
import { keepMatching } from '../segments/audience.ts'
import { readHours } from './settings.ts'

type Asking = { conditions: readonly RuleCondition[] }

/** What is known of a chat and its person, as far as these rules want to know it. */
export async function readFacts(
  context: Context,
  conversation: Conversation,
  rules: readonly Asking[],
): Promise<Facts | undefined> {
  const { store, now } = context
  const { contactId } = conversation
  const contact = await store.contacts.get(contactId)
  if (!contact) return undefined
  const [leads, hours, segments, runs] = await Promise.all([
    store.leads.find({ where: { contactId }, sort: ['updatedAt', 'desc'], limit: 50 }),
    readHours(context),
    findSegments(context, contact, rules),
    store.automationRuns.find({
      where: { conversationId: conversation.id, createdAt: { gt: anHourBefore(now()) }, outcome: 'done' },
      sort: ['createdAt', 'desc'],
      limit: mostRunsPerHour,
    }),
  ])
  const recentRuns = runs.length
  return { contact, conversation, conversations: [conversation], leads, hours, segments, now: now(), recentRuns }
}

/** A segment means the person with all of their chats, not only this one. */
async function findSegments(context: Context, contact: Contact, rules: readonly Asking[]): Promise<Set<string>> {
  const asked = rules.flatMap(({ conditions }) =>
    conditions.flatMap((one) => (one.field === 'segment' ? one.value : [])),
  )
  const found = new Set<string>()
  for (const { id, filter } of await context.store.segments.getMany([...new Set(asked)]))
    if ((await keepMatching(context, filter, [contact])).length > 0) found.add(id)
  return found
}

export async function findChat({ store }: Context, subject: RuleJob['subject']): Promise<Conversation | undefined> {
  if ('conversationId' in subject) return store.conversations.get(subject.conversationId)
  return store.conversations.first({ contactId: subject.contactId }, ['lastMessageAt', 'desc'])
}

/** Undefined when it is not so any more. */
export async function readOccasion(
  { store }: Context,
  event: RuleEvent,
  { id, lastMessage, status }: Conversation,
): Promise<Occasion | undefined> {
  if (event.kind === 'no_reply') return lastMessage?.id === event.messageId && status !== 'closed' ? event : undefined
  if (event.kind !== 'message') return event
  const message = await store.messages.get(event.messageId)
  if (!message) return undefined
  const [first] = await store.messages.find({
    where: { conversationId: id, direction: 'inbound' },
    sort: ['sentAt', 'asc'],
    limit: 1,
  })
  return { kind: 'message', ...wordsIn(message), isFirst: first?.id === message.id }
}

type Content = {
  text?: string
  caption?: string
  payload?: string
  reply?: { id?: string; title?: string }
}

function wordsIn({ type, content }: Message) {
  const { text, caption, payload, reply } = content as Content
  const isPressed = type === 'button' || reply?.title !== undefined
  const said = text ?? caption ?? reply?.title ?? ''
  return { text: said, button: isPressed ? { id: payload ?? reply?.id ?? '', title: said } : null }
}
