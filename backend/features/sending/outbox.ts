import type { Message as ApiMessage } from '../../contract/messages.ts'
import { errors } from '../../contract/errors.ts'
import { statusRank, type MessageError, type MessageStatus } from '../../contract/messages.ts'
import type { Context, ContextFor } from '../../feature.ts'
import type { Channel, Message, WorkspaceStore } from '../../model/index.ts'
import type { SendOutcome } from '../../platform/channel/channel.ts'
import { RunAgainAt, type Job } from '../../platform/jobs/jobs.ts'
import { presentChannel } from '../channels/present.ts'
import { learnFromRefusals } from '../contacts/marketing.ts'
import { writeOpaque } from '../conversations/opaque.ts'
import { takeOrphans } from '../conversations/orphans.ts'
import { react } from '../conversations/reactions.ts'
import { changeMessage, foldStatuses, withStatus } from '../conversations/statuses.ts'
import { changeWithMark } from '../message-days/marks.ts'
import { learnAddress } from './addresses.ts'
import { categoryOf } from './content.ts'
import type { Rates } from './rates.ts'
import { retryAt } from './retries.ts'
import { isMarketingHeld } from './rules.ts'

export const sendJob = 'send'

/** An attempt may take this long; the request itself is given up after 20 seconds. */
const lease = 60_000
/** How long a status from Meta may still prove that a cut-off attempt was accepted. */
const proofTime = 120_000
/** How often it is looked whether one has; what stands behind the attempt waits no longer than it must. */
const proofPause = 5_000

export type Transmit = (context: Context, channel: Channel, message: Message, opaque: string) => Promise<SendOutcome>
export type OutboxDeps = {
  contextFor: ContextFor
  rates: Rates
  transmit: Transmit
  /** From 0 to 1: how much longer or shorter than usual a wait becomes. */
  random: () => number
}

/**
 * Sends what waits in one conversation, oldest first, one at a time. The job's key is the conversation, and turns of one key
 * never overlap, so no two workers do this for the same conversation at once.
 *
 * `sending` is durable before the first byte leaves, and a message found in `sending` is never sent again by itself:
 * Meta has no idempotency key, so the customer could get it twice.
 */
export async function sendWaiting(deps: OutboxDeps, job: Pick<Job, 'workspaceId' | 'payload'>): Promise<void> {
  const conversationId = String(job.payload['conversationId'])
  for (;;) {
    const context = deps.contextFor(job.workspaceId)
    await settleCutOff(context, conversationId)
    const message = await nextQueued(context.store, conversationId)
    if (!message) return
    const channel = await context.store.channels.get(message.channelId)
    if (!channel) return
    await awaitTurn(deps, context, channel, message)
    if (await holdBack(context, message)) continue
    await sendOne(deps, context, channel, message)
  }
}

function nextQueued(store: WorkspaceStore, conversationId: string): Promise<Message | undefined> {
  return store.messages
    .find({ where: { conversationId, status: 'queued' }, sort: ['sentAt', 'asc'], limit: 1 })
    .then(([message]) => message)
}

/** A process died, or was paused, while a message of this conversation was on its way. */
async function settleCutOff(context: ReturnType<ContextFor>, conversationId: string): Promise<void> {
  const { store, now } = context
  const cutOff = await store.messages.first({ conversationId, status: 'sending' })
  if (!cutOff) return
  const proofEnds = Date.parse(cutOff.leaseUntil ?? cutOff.updatedAt) - lease + proofTime
  const at = now().getTime()
  if (at < proofEnds) throw new RunAgainAt(new Date(Math.min(proofEnds, at + proofPause)))
  await moveMessage(context, cutOff, 'unknown', { error: unconfirmed })
  context.flush()
}

const unconfirmed: MessageError = {
  code: 'message.unconfirmed',
  message: 'The connection broke while this was being sent, so nobody knows whether the customer got it.',
  actor: 'agent',
  action: 'resend',
}

/** Waits for the number's pause to end and for a free place in its rate; the wait is the job's, not a thread's. */
async function awaitTurn({ rates }: OutboxDeps, { now }: Context, channel: Channel, message: Message): Promise<void> {
  if (channel.sendingPausedAt) throw new RunAgainAt(new Date(farAway(now())))
  const pausedUntil = channel.problem && (channel.problem.retryAt ?? farAway(now()))
  if (pausedUntil && pausedUntil > now().toISOString()) throw new RunAgainAt(new Date(pausedUntil))
  const free = await rates.take(channel, message.contactId)
  if (free) throw new RunAgainAt(free)
}

/** A problem without an end is looked at again now and then, since a person may have solved it. */
const farAway = (now: Date) => new Date(now.getTime() + 60_000).toISOString()

/** While it waited, WhatsApp held back another marketing message to this person. */
async function holdBack(context: ReturnType<ContextFor>, message: Message): Promise<boolean> {
  if ((await categoryOf(context.store, message)) !== 'MARKETING') return false
  const contact = await context.store.contacts.get(message.contactId)
  if (!contact || !isMarketingHeld(contact, context.now())) return false
  await moveMessage(context, message, 'failed', { error: marketingHeld })
  context.flush()
  return true
}

const marketingHeld: MessageError = {
  code: 'message.marketing_held',
  message: errors['message.marketing_held'].message,
  actor: 'nobody',
  action: 'wait',
}

async function sendOne(
  deps: OutboxDeps,
  context: ReturnType<ContextFor>,
  channel: Channel,
  message: Message,
): Promise<void> {
  const attempt = message.attempt + 1
  const set = {
    status: 'sending' as const,
    rank: statusRank.sending,
    attempt,
    leaseUntil: new Date(context.now().getTime() + lease).toISOString(),
  }
  const sending = await changeWithMark(context, message, (store) =>
    store.messages.update(message.id, set, { onlyIf: { status: 'queued' } }),
  )
  if (!sending) return
  const outcome = await deps.transmit(context, channel, sending, writeOpaque(message.id, attempt))
  const again = await recordOutcome(deps, context, channel, sending, outcome)
  context.flush()
  if (again) throw new RunAgainAt(again)
}

/** Stores what became of the attempt; answers when to try again, if ever. */
async function recordOutcome(
  { random }: Pick<OutboxDeps, 'random'>,
  context: Context,
  channel: Channel,
  message: Message,
  outcome: SendOutcome,
): Promise<Date | undefined> {
  if (outcome.kind === 'accepted') {
    await recordAccepted(context, message, outcome)
    return endPause(context, channel)
  }
  if (outcome.kind === 'unknown') return new Date(context.now().getTime() + proofPause)
  const error = outcome.kind === 'refused' ? outcome.refusal.error : unreachable
  const again = retryAt(message, outcome, context.now(), random)
  const scope = outcome.kind === 'refused' ? outcome.refusal.scope : 'message'
  if (outcome.kind === 'refused' && (scope === 'channel' || scope === 'wait'))
    await pauseChannel(context, channel, outcome.refusal.code, error, scope === 'wait' ? again : undefined)
  if (again || scope === 'channel') {
    await requeue(context, message, outcome, error)
    return again ?? new Date(context.now().getTime() + 60_000)
  }
  await moveMessage(context, message, 'failed', { error })
  await learnFromRefusals(context, [{ contactId: message.contactId, error, at: context.now().toISOString() }])
  return undefined
}

const unreachable: MessageError = {
  code: 'meta.unreachable',
  message: 'WhatsApp could not be reached. Check the internet connection of this machine.',
  actor: 'admin',
  action: 'resend',
}

async function recordAccepted(
  context: Context,
  message: Message,
  { providerMessageId, phone, bsuid }: Extract<SendOutcome, { kind: 'accepted' }>,
): Promise<void> {
  await moveMessage(context, message, 'accepted', { providerMessageId, leaseUntil: null, error: null })
  await learnAddress(context, message.contactId, { phone, bsuid })
  // Only after the id is stored: a status that comes now finds the message by it, and an earlier one waits here.
  const updated = await context.store.transaction(async (store) => {
    const early = await takeOrphans(store, [{ channelId: message.channelId, providerMessageId }])
    const payloads = early.map(({ payload }) => payload)
    const statuses = payloads.filter((payload) => payload.kind === 'status')
    const changed =
      statuses.length === 0
        ? undefined
        : await changeMessage({ ...context, store }, message.id, (current) => foldStatuses(current, statuses))
    for (const payload of payloads.filter(({ kind }) => kind === 'reaction')) {
      const target = await store.messages.get(message.id)
      if (target && payload.kind === 'reaction') await react({ ...context, store }, target, payload)
    }
    return changed
  })
  if (updated) context.notify({ name: 'message:status', payload: { message: updated as ApiMessage } })
}

/** Back into the queue, only when it is certain that nothing went out. */
async function requeue(context: Context, message: Message, outcome: SendOutcome, error: MessageError): Promise<void> {
  // A number that is paused says nothing about this message, so that does not use up its tries.
  const isPaused = outcome.kind === 'refused' && outcome.refusal.scope === 'channel'
  const set = {
    status: 'queued' as const,
    rank: statusRank.queued,
    leaseUntil: null,
    error,
    attempt: isPaused ? message.attempt - 1 : message.attempt,
  }
  const updated = await changeWithMark(context, message, (store) =>
    store.messages.update(message.id, set, { onlyIf: { status: 'sending', attempt: message.attempt } }),
  )
  if (updated) context.notify({ name: 'message:status', payload: { message: updated as ApiMessage } })
}

/** Adds to the history and raises the status, unless a status webhook was faster. Answers the message as it is now. */
async function moveMessage(
  context: Context,
  { id }: Message,
  status: MessageStatus,
  fields: Partial<Message>,
): Promise<Message | undefined> {
  const { store, now, notify } = context
  const change = { status, at: now().toISOString() }
  const updated = await changeMessage(context, id, (current) => {
    const raises = statusRank[status] > current.rank
    // It was accepted even if a status was faster; it has failed, or is in doubt, only if none was.
    if (!raises && status !== 'accepted') return undefined
    const statusHistory = withStatus(current.statusHistory, change)
    return { ...fields, statusHistory, ...(raises ? { status, rank: statusRank[status] } : {}) }
  })
  if (!updated) return undefined
  notify({ name: 'message:status', payload: { message: updated as ApiMessage } })
  const conversation = await store.conversations.get(updated.conversationId)
  if (conversation?.lastMessage?.id === updated.id) {
    const row = await store.conversations.update(conversation.id, {
      lastMessage: { ...conversation.lastMessage, status: updated.status },
    })
    if (row) notify({ name: 'conversation:updated', payload: { conversation: row } })
  }
  return updated
}

async function pauseChannel(
  { store, now, notify }: Context,
  channel: Channel,
  code: number,
  error: MessageError,
  until: Date | undefined,
): Promise<void> {
  const retryAt = until?.toISOString() ?? null
  const updated = await store.channels.update(channel.id, {
    problem: { code, message: error.message, since: now().toISOString(), retryAt },
  })
  if (updated) notify({ name: 'channel:updated', payload: { channel: presentChannel(updated) } })
}

/** Messages go again, so what Meta said about the number is over; unless it has said something new meanwhile. */
async function endPause({ store, notify }: Context, channel: Channel): Promise<undefined> {
  const { problem } = channel
  let current: Channel | undefined = channel
  // Anything may change the channel meanwhile, such as a webhook that is seen; another problem is not ours to end.
  while (problem && current?.problem?.since === problem.since) {
    const { id, updatedAt }: Channel = current
    const updated = await store.channels.update(id, { problem: null }, { onlyIf: { updatedAt } })
    if (updated) notify({ name: 'channel:updated', payload: { channel: presentChannel(updated) } })
    current = updated ?? (await store.channels.get(id))
  }
}
