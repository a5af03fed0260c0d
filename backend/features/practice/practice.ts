import { practice as routes } from '../../contract/practice.ts'
import { AppError } from '../../errors.ts'
import { implement, type Context, type ContextFor } from '../../feature.ts'
import type { Channel } from '../../model/index.ts'
import { signBody } from '../../platform/channel/channel.ts'
import type { Job } from '../../platform/jobs/jobs.ts'
import type { Sealer } from '../channels/secrets.ts'
import type { Intake } from '../inbound/intake.ts'
import type { Routing } from '../inbound/routing.ts'
import { markEverything } from '../message-days/marks.ts'
import { practiceBusinessPhone, statusWebhook, textWebhook } from './customer.ts'
import { createPracticeGraph } from './graph.ts'
import { answerTo, greeting } from './script.ts'

export const practiceJob = 'practice'

type Deps = {
  intake: Intake
  routing: Routing
  sealer: Sealer
  contextFor: ContextFor
  /** How long the customer "types" before answering, in milliseconds. */
  replyDelay: number
  randomToken: () => string
}

type Step = {
  channelId: string
  kind: 'status' | 'answer'
  messageId: string
  opaque?: string
  status?: string
  text: string
}

export type Practice = ReturnType<typeof createPractice>

export function createPractice({ intake, routing, sealer, contextFor, replyDelay, randomToken }: Deps) {
  /** Hands a body to the same door that Meta's webhooks come through, signed with the channel's own secret. */
  async function deliver(channel: Channel, body: object): Promise<void> {
    const raw = Buffer.from(JSON.stringify(body))
    const appSecret = sealer.open(channel, 'appSecret')
    if (appSecret) await intake.accept(raw, signBody(raw, appSecret))
  }

  const numberOf = (channel: Channel, at: Date) => ({ phoneNumberId: channel.phoneNumberId!, at })
  const newMessageId = () => `wamid.practice.${randomToken()}`

  async function create({ store, now }: Context): Promise<Channel> {
    const existing = await store.channels.first({ kind: 'practice' })
    if (existing) throw new AppError('channel.practice_exists')
    const channel = await store.channels.insert({
      kind: 'practice',
      name: 'Practice',
      businessPhone: practiceBusinessPhone,
      phoneNumberId: `practice-${randomToken()}`,
      businessAccountId: `practice-${randomToken()}`,
      secretHints: {},
      info: {},
    })
    const sealed = (await store.channels.update(
      channel.id,
      sealer.seal(channel, { appSecret: randomToken(), accessToken: randomToken() }),
    ))!
    routing.forget()
    await deliver(sealed, textWebhook(numberOf(sealed, now()), { id: newMessageId(), text: greeting }))
    return sealed
  }

  async function remove({ store, now, notify }: Context): Promise<void> {
    const channel = await store.channels.first({ kind: 'practice' })
    if (!channel) throw new AppError('channel.not_practice')
    const conversations = await store.conversations.find({ where: { channelId: channel.id }, limit: 100 })
    await store.transaction(async (tx) => {
      await markEverything(tx, now())
      await tx.channels.remove(channel.id)
      await tx.webhookDeadLetters.removeWhere({ channelId: channel.id })
      for (const { id, contactId } of conversations) {
        await tx.cancel([`${practiceJob}:${id}`])
        const others = await tx.conversations.find({ where: { contactId }, limit: 1 })
        if (others.length === 0) await tx.contacts.remove(contactId)
      }
    })
    routing.forget()
    for (const { id } of conversations) notify({ name: 'conversation:removed', payload: { conversationId: id } })
    notify({ name: 'channel:removed', payload: { channelId: channel.id } })
  }

  async function say({ store, now }: Context, text: string): Promise<string | null> {
    const channel = await store.channels.first({ kind: 'practice' })
    if (!channel) throw new AppError('channel.not_practice')
    await deliver(channel, textWebhook(numberOf(channel, now()), { id: newMessageId(), text }))
    const conversation = await store.conversations.first({ channelId: channel.id })
    return conversation?.id ?? null
  }

  /** Takes a message like Meta would, and lets the customer's phone react to it a moment later. */
  async function takeMessage(
    { store, now }: Context,
    channel: Channel,
    body: { opaque: string | undefined; text: string | undefined },
  ) {
    const messageId = newMessageId()
    const step = (delay: number, index: number, rest: Omit<Step, 'channelId' | 'messageId'>) => ({
      kind: practiceJob,
      key: `${practiceJob}:${messageId}:${index}`,
      runAt: new Date(now().getTime() + delay).toISOString(),
      payload: { channelId: channel.id, messageId, ...(body.opaque ? { opaque: body.opaque } : {}), ...rest },
    })
    const moments = ['sent', 'delivered', 'read'].map((status, index) =>
      step(Math.round((replyDelay * (index + 1)) / 6), index, { kind: 'status', status, text: '' }),
    )
    const answer =
      body.text === undefined ? [] : [step(replyDelay, moments.length, { kind: 'answer', text: body.text })]
    await store.schedule([...moments, ...answer])
    return messageId
  }

  async function runStep({ workspaceId, payload }: Pick<Job, 'workspaceId' | 'payload'>): Promise<void> {
    const { store, now } = contextFor(workspaceId)
    const step = payload as Step
    const channel = await store.channels.get(step.channelId)
    if (!channel) return
    const number = numberOf(channel, now())
    if (step.kind === 'status')
      return deliver(channel, statusWebhook(number, { id: step.messageId, opaque: step.opaque, status: step.status! }))
    const conversation = await store.conversations.first({ channelId: channel.id })
    const turn = conversation
      ? await store.messages.count({ conversationId: conversation.id, direction: 'inbound' })
      : 0
    await deliver(channel, textWebhook(number, { id: `${step.messageId}.answer`, text: answerTo(step.text, turn) }))
  }

  const feature = implement(routes, {
    say: async (context, { body }) => ({ conversationId: await say(context, body.text) }),
    restore: async (context) => ({ channelId: (await create(context)).id }),
    remove: async (context) => {
      await remove(context)
      return {}
    },
  })

  /** What the channel's API client talks to instead of Meta. */
  const httpFor = (context: Context, channel: Channel) =>
    createPracticeGraph({ takeMessage: (message) => takeMessage(context, channel, message), randomId: randomToken })

  return { feature, create, remove, httpFor, runStep }
}
