import type { FollowUps } from '../../contract/automation.ts'
import type { NewMessage } from '../../contract/messages.ts'
import { AppError } from '../../errors.ts'
import type { Context, ContextFor } from '../../feature.ts'
import type { Contact, Conversation, SystemStore } from '../../model/index.ts'
import { hour } from '../../platform/clock.ts'
import { RunAgainAt, type Job } from '../../platform/jobs/jobs.ts'
import { isTooLate, mostLate } from '../later/late.ts'
import { isWindowOpen } from '../sending/rules.ts'
import { sendMessage } from '../sending/send.ts'
import { isOpen, nextOpening } from './opening.ts'
import { addRun } from './runs.ts'
import { yields } from './yields.ts'
import { readFollowUps, readHours } from './settings.ts'
import { sweepSilence, type Mark } from './sweep.ts'
import { fillVariables, fillWords } from './words.ts'

export const followUpJob = 'follow-up'
export const missed = 'It was due while Parley was not running, and is too late by now.'
export const followUpName = 'Follow-up'

/** Looks, in every workspace that wants it, for chats whose customer has been silent for long enough. */
export async function sweepFollowUps(system: SystemStore, contextFor: ContextFor): Promise<number> {
  let found = 0
  for (let last: string | undefined; ;) {
    const page = await system.automationSettings.find({
      where: { followUpsEnabled: true },
      sort: ['id', 'asc'],
      limit: 100,
      ...(last ? { after: { value: last, id: last } } : {}),
    })
    for (const { id, workspaceId, followUps, sweptUntil, sweptId } of page)
      if (followUps)
        found += await sweepSilence(contextFor(workspaceId), {
          hours: followUps.afterHours,
          needsReply: false,
          mark: { sweptUntil, sweptId },
          move: async (store, from, to) =>
            Boolean(await store.automationSettings.update(id, to, { onlyIf: from satisfies Mark })),
          jobOf: (conversation) =>
            jobOf(conversation, new Date(Date.parse(conversation.lastMessageAt) + followUps.afterHours * hour)),
        })
    if (page.length < 100) return found
    last = page.at(-1)!.id
  }
}

function jobOf({ id: conversationId, lastMessage, lastMessageAt }: Conversation, due: Date) {
  return {
    kind: followUpJob,
    key: `${followUpJob}:${lastMessage?.id ?? `${conversationId}:${lastMessageAt}`}`,
    runAt: due.toISOString(),
    payload: { conversationId, messageId: lastMessage?.id ?? null, dueAt: due.toISOString() },
  }
}

/** The sweep has gone past a silence that was long before somebody resumed, so it is counted once more from then on. */
export async function resumeFollowUps(context: Context, conversation: Conversation): Promise<void> {
  const followUps = await readFollowUps(context)
  if (!followUps.enabled || conversation.lastMessage?.direction !== 'outbound') return
  const now = context.now().getTime()
  const silence = followUps.afterHours * hour
  if (Date.parse(conversation.lastMessageAt) + silence > now) return
  await context.store.schedule([jobOf(conversation, new Date(now + silence))])
}

type Case = { conversation: Conversation; contact: Contact; followUps: FollowUps; sent: number }

/** One silence of one chat. Whatever it decides is written down; told twice, it does nothing the second time. */
export async function followUp(contextFor: ContextFor, job: Pick<Job, 'workspaceId' | 'payload'>): Promise<void> {
  const context = contextFor(job.workspaceId)
  const { store } = context
  const conversation = await store.conversations.get(String(job.payload['conversationId']))
  const followUps = await readFollowUps(context)
  const messageId = job.payload['messageId']
  if (!conversation || !followUps.enabled || typeof messageId !== 'string') return
  // Somebody wrote since: that message has a silence of its own.
  if (conversation.lastMessage?.id !== messageId) return
  const key = `${followUpJob}:${messageId}`
  if (await store.automationRuns.first({ key })) return
  const contact = await store.contacts.get(conversation.contactId)
  if (!contact) return
  const sent = await countSent(context, conversation)
  const subject = { conversation, contact, followUps, sent }
  const plan = planFollowUp(subject, context.now())
  // A person's answer silences rules, and is what most follow-ups are about. Only a pause on purpose holds them.
  const yielding = conversation.automationPausedBy === 'person' ? yields(conversation) : undefined
  // Of its own, so that the silence can still be broken when somebody resumes.
  if (yielding)
    await note(context, conversation, `${key}:paused:${conversation.automationPausedAt}`, 'skipped', yielding)
  else if ('skip' in plan) await note(context, conversation, key, 'skipped', plan.skip)
  else if (await wasMissed(context, job.payload['dueAt'], followUps))
    await note(context, conversation, key, 'skipped', missed)
  else if (await waitsForOpening(context, conversation, key, followUps)) return context.flush()
  else await send(context, subject, key, plan.message)
  context.flush()
}

/** Follow-ups since the customer last wrote. */
async function countSent({ store }: Context, { id, lastInboundAt, createdAt }: Conversation): Promise<number> {
  return store.automationRuns.count({
    conversationId: id,
    kind: 'follow_up',
    outcome: 'done',
    createdAt: { gt: lastInboundAt ?? createdAt },
  })
}

/** What would go out, or the reason why nothing does. */
function planFollowUp(
  { conversation, contact, followUps, sent }: Case,
  now: Date,
): { message: NewMessage } | { skip: string } {
  const { lastMessage } = conversation
  if (lastMessage?.direction !== 'outbound') return { skip: 'The customer has answered.' }
  if (['failed', 'not_sent', 'unknown', 'deleted'].includes(lastMessage.status))
    return { skip: 'Our last message did not reach the customer.' }
  if (conversation.status === 'closed') return { skip: 'The chat is closed.' }
  if (contact.blockedAt) return { skip: 'The contact is blocked.' }
  if (conversation.standbySince) return { skip: 'Another app answers this chat at the moment.' }
  if (contact.optInStatus === 'opted_out' || contact.marketingStoppedAt)
    return { skip: 'The customer asked not to be written to.' }
  if (sent >= followUps.maxTimes)
    return { skip: `The customer was followed up ${followUps.maxTimes === 1 ? 'once' : `${sent} times`} already.` }
  const target = { conversationId: conversation.id }
  if (followUps.kind === 'text' && isWindowOpen(conversation, now))
    return { message: { ...target, type: 'text', content: { text: fillWords(followUps.text, contact) } } }
  const { template } = followUps
  if (!template) return { skip: 'The 24 hours for free texts are over, and no template was chosen for afterwards.' }
  const variables = template.variables ? { variables: fillVariables(template.variables, contact) } : {}
  return { message: { ...target, type: 'template', content: { ...template, ...variables } } }
}

/** The process was off at that time, or the clock went forward. */
async function wasMissed(context: Context, dueAt: unknown, followUps: FollowUps): Promise<boolean> {
  if (typeof dueAt !== 'string') return false
  const silent = new Date(dueAt)
  const due = followUps.businessHoursOnly ? nextOpening(await readHours(context), silent) : silent
  return isTooLate(due ?? silent, context.now(), mostLate.automatic)
}

async function waitsForOpening(context: Context, conversation: Conversation, key: string, followUps: FollowUps) {
  if (!followUps.businessHoursOnly) return false
  const hours = await readHours(context)
  if (isOpen(hours, context.now())) return false
  const opening = nextOpening(hours, context.now())
  if (opening) throw new RunAgainAt(opening)
  await note(context, conversation, key, 'skipped', 'The business never opens, so there is no time to send it.')
  return true
}

/** The message and its line in the log exist together or not at all, and only while nobody has written or paused since. */
async function send(context: Context, { conversation, sent }: Case, key: string, message: NewMessage): Promise<void> {
  const reason = `No answer to our last message; follow-up number ${sent + 1}.`
  const action = { kind: message.type, ok: true, detail: 'Sent' }
  const run = { kind: 'follow_up' as const, key, name: followUpName, outcome: 'done' as const, reason }
  try {
    await context.store.transaction(async (store) => {
      const tx = { ...context, store }
      const { lastMessageAt, lastInboundAt, automationPausedBy } = conversation
      const still = { onlyIf: { lastMessageAt, lastInboundAt, automationPausedBy } }
      if (!(await store.conversations.update(conversation.id, { needsReply: false }, still))) return
      if (!(await addRun(tx, conversation, { ...run, actions: [action] }))) return
      await sendMessage(tx, message, { source: 'automation', idempotencyKey: key })
    })
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    await note(context, conversation, key, 'refused', error.message)
  }
}

async function note(
  context: Context,
  conversation: Conversation,
  key: string,
  outcome: 'skipped' | 'refused',
  reason: string,
): Promise<void> {
  await addRun(context, conversation, { kind: 'follow_up', key, name: followUpName, outcome, reason })
}
