import type { Message as ApiMessage, NewMessage, ReplyTo } from '../../contract/messages.ts'
import { statusRank, type MessageContent, type MessageSource, type MessageType } from '../../contract/messages.ts'
import type { TemplateCategory } from '../../contract/templates.ts'
import { AppError } from '../../errors.ts'
import type { Context } from '../../feature.ts'
import type { Conversation, Message } from '../../model/index.ts'
import { previewOf, searchTextOf } from '../../platform/channel/channel.ts'
import { recordChanges } from '../conversations/entries.ts'
import { react } from '../conversations/reactions.ts'
import { categoryOf, prepareContent } from './content.ts'
import { decideSending, type Decision } from './rules.ts'
import { linkMedia } from '../media/messages.ts'
import { resolveTarget, type Target } from './target.ts'
import { sendJob } from './outbox.ts'

type Origin = {
  source: MessageSource
  idempotencyKey?: string
  /** A notice such as "we are closed" answers nothing: somebody must still reply. */
  leavesUnanswered?: boolean
}

/** Stores a message to be sent and schedules its sending, together. The call to WhatsApp happens in the job. */
export async function sendMessage(context: Context, input: NewMessage, origin: Origin): Promise<Message> {
  const earlier = origin.idempotencyKey
    ? await context.store.messages.first({ idempotencyKey: origin.idempotencyKey })
    : undefined
  if (earlier) return earlier
  return context.store.transaction(async (store) => {
    const tx = { ...context, store }
    const target = await resolveTarget(tx, input)
    const prepared = await prepareContent(tx, target, input)
    const decision = decideSending({
      ...target,
      type: input.type,
      now: context.now(),
      ...templateFact(prepared.category),
    })
    if (decision.verdict === 'refuse') throw new AppError(decision.code, { details: { way: decision.way } })
    const replyTo = input.replyTo ? await quote(tx, target.conversation, input.replyTo) : null
    return storeMessage(tx, target, { type: input.type, content: prepared.content, replyTo, decision, origin })
  })
}

const templateFact = (category: TemplateCategory | undefined) => (category ? { templateCategory: category } : {})

type Draft = {
  type: MessageType
  content: MessageContent
  replyTo: ReplyTo | null
  decision: Exclude<Decision, { verdict: 'refuse' }>
  origin: Origin
}

async function storeMessage(
  context: Context,
  { conversation, contact, channel }: Target,
  draft: Draft,
): Promise<Message> {
  const { store, now, user, notify } = context
  const at = timeAfter(conversation.lastMessageAt, now()).toISOString()
  const status = draft.decision.verdict === 'send' ? 'queued' : 'not_sent'
  const answer = draft.type === 'reaction' ? {} : await endWaiting(context, conversation, draft.origin.source, at)
  const message = await store.messages.insert({
    ...answer,
    conversationId: conversation.id,
    channelId: channel.id,
    contactId: contact.id,
    direction: 'outbound',
    type: draft.type,
    content: draft.content,
    status,
    rank: statusRank[status],
    statusHistory: [{ status, at: now().toISOString() }],
    sentAt: at,
    error:
      draft.decision.verdict === 'store'
        ? { code: 'channel.not_connected', message: draft.decision.reason, actor: 'admin', action: 'channel' }
        : null,
    replyTo: draft.replyTo,
    reactions: [],
    source: draft.origin.source,
    userId: user?.id ?? null,
    idempotencyKey: draft.origin.idempotencyKey ?? null,
    searchText: searchTextOf(draft.type, draft.content),
  })
  if (status === 'queued')
    await store.schedule([
      {
        kind: sendJob,
        key: `${sendJob}:${conversation.id}`,
        runAt: now().toISOString(),
        payload: { conversationId: conversation.id },
      },
    ])
  if (draft.type === 'reaction') await showOwnReaction(context, message)
  await linkMedia(context, message)
  const updated =
    draft.type === 'reaction' ? conversation : await showInRow(context, conversation, message, draft.origin)
  notify({ name: 'message:new', payload: { message: message as ApiMessage, conversation: updated } })
  return message
}

/** Only a person's answer ends the wait of a customer; of two at once, one is the answer. */
async function endWaiting({ store }: Context, { id, waitingSince, answeredAt }: Conversation, by: string, at: string) {
  if (by !== 'user' || !waitingSince) return {}
  const set = { waitingSince: null, answeredAt: answeredAt ?? at }
  const ended = await store.conversations.update(id, set, { onlyIf: { waitingSince } })
  if (!ended) return {}
  const answerSeconds = Math.max(0, Math.round((Date.parse(at) - Date.parse(waitingSince)) / 1000))
  return { answerSeconds, isFirstAnswer: answeredAt === null }
}

/** WhatsApp's clock may be ahead of ours; an answer still belongs under what it answers. */
const clockSkew = 10 * 60 * 1000

function timeAfter(lastMessageAt: string, now: Date): Date {
  const last = Date.parse(lastMessageAt)
  return last > now.getTime() && last - now.getTime() < clockSkew ? new Date(last) : now
}

async function showOwnReaction(context: Context, message: Message): Promise<void> {
  const { messageId, emoji } = message.content as { messageId?: string | null; emoji: string | null }
  const target = messageId ? await context.store.messages.get(messageId) : undefined
  if (target) await react(context, target, { from: 'business', emoji, at: message.sentAt })
}

/** An answer makes the conversation answered and, when it was closed, open again. */
async function showInRow(
  context: Context,
  conversation: Conversation,
  message: Message,
  origin: Origin,
): Promise<Conversation> {
  const { store } = context
  const facts = {
    ...(origin.leavesUnanswered ? {} : { needsReply: false }),
    ...pauseFacts(context, conversation, origin),
    ...(conversation.status === 'closed' ? { status: 'open' as const } : {}),
  }
  const latest = {
    lastMessageAt: message.sentAt,
    lastMessage: {
      id: message.id,
      type: message.type,
      direction: message.direction,
      status: message.status,
      preview: previewOf(message.type, message.content),
      sentAt: message.sentAt,
    },
  }
  const newest = { onlyIf: { lastMessageAt: { lte: message.sentAt } } }
  const updated =
    (await store.conversations.update(conversation.id, { ...facts, ...latest }, newest)) ??
    (await store.conversations.update(conversation.id, facts)) ??
    conversation
  if (conversation.status === 'closed')
    await recordChanges(context, [{ before: { ...updated, status: 'closed' }, after: updated }])
  return updated
}

/** Where a person, or their program, answers, rules are silent until somebody lets them speak again. */
function pauseFacts({ now }: Context, { automationPausedAt }: Conversation, { source }: Origin): Partial<Conversation> {
  if (automationPausedAt || (source !== 'user' && source !== 'api')) return {}
  return { automationPausedAt: now().toISOString(), automationPausedBy: 'reply' }
}

async function quote({ store }: Context, conversation: Conversation, messageId: string): Promise<ReplyTo> {
  const message = await store.messages.get(messageId)
  if (!message || message.conversationId !== conversation.id) throw new AppError('message.not_found')
  return {
    providerMessageId: message.providerMessageId,
    messageId: message.id,
    preview: previewOf(message.type, message.content),
    direction: message.direction,
  }
}

/** A failed or unconfirmed message goes out again as a new one; the old one keeps its fate. */
export async function resendMessage(context: Context, messageId: string, origin: Origin): Promise<Message> {
  return context.store.transaction(async (store) => {
    const tx = { ...context, store }
    const old = await store.messages.get(messageId)
    if (!old) throw new AppError('message.not_found')
    if (old.direction !== 'outbound' || !['failed', 'unknown', 'not_sent'].includes(old.status))
      throw new AppError('message.not_resendable')
    const target = await resolveTarget(tx, { conversationId: old.conversationId })
    const decision = decideSending({
      ...target,
      type: old.type as NewMessage['type'],
      now: context.now(),
      ...templateFact(await categoryOf(store, old)),
    })
    if (decision.verdict === 'refuse') throw new AppError(decision.code, { details: { way: decision.way } })
    return storeMessage(tx, target, { type: old.type, content: old.content, replyTo: old.replyTo, decision, origin })
  })
}
