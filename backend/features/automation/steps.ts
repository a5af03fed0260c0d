import type { NewMessage } from '../../contract/messages.ts'
import type { RunAction } from '../../contract/automation.ts'
import type { RuleStep } from '../../contract/rules.ts'
import { AppError } from '../../errors.ts'
import type { Context } from '../../feature.ts'
import type { Contact } from '../../model/index.ts'
import { hour } from '../../platform/clock.ts'
import { changeEach } from '../change-each.ts'
import { changeConversation } from '../conversations/change.ts'
import { addReminder } from '../later/reminders.ts'
import { createLead, updateLead } from '../leads/leads.ts'
import { sendMessage } from '../sending/send.ts'
import { requireAssignee } from '../team/assignee.ts'
import { queueTags } from '../triggers/triggers.ts'
import type { Facts } from './decide.ts'
import { pauseAutomation } from './pause.ts'
import { describeCall } from './webhook.ts'
import { yields } from './yields.ts'
import { fillVariables, fillWords } from './words.ts'

/** One step of one run: `key` is the same when the run is repeated, so each step is harmless twice. */
export type Turn = {
  facts: Facts
  key: string
  runId: string
  index: number
  leavesUnanswered: boolean
  remindUserId: string | null
}

const speaking: readonly RuleStep['kind'][] = ['text', 'template', 'buttons']

export async function takeStep(context: Context, step: RuleStep, turn: Turn): Promise<RunAction> {
  const hindrance = speaking.includes(step.kind) ? await isAnswered(context, turn) : undefined
  if (hindrance) return { kind: step.kind, ok: false, detail: hindrance }
  try {
    return { kind: step.kind, ok: true, detail: await perform(context, step, turn) }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { kind: step.kind, ok: false, detail: error.message }
  }
}

/** Asked afresh, since a person may have answered while the steps before were taken. A pause of the rule itself is none. */
async function isAnswered({ store }: Context, { facts }: Turn): Promise<string | undefined> {
  const current = await store.conversations.get(facts.conversation.id)
  return current?.automationPausedBy === 'reply' ? yields(current) : undefined
}

async function perform(context: Context, step: RuleStep, turn: Turn): Promise<string> {
  const { contact, conversation } = turn.facts
  switch (step.kind) {
    case 'text':
    case 'template':
    case 'buttons': {
      await sendMessage(context, messageOf(step, contact, conversation.id), {
        source: 'automation',
        idempotencyKey: turn.key,
        leavesUnanswered: turn.leavesUnanswered,
      })
      break
    }
    case 'tag':
    case 'untag':
      await changeTags(context, step, turn.facts)
      break
    case 'assign':
      if (step.userId) await requireAssignee(context.store, step.userId)
      await changeConversation(context, conversation.id, () => ({ assignedTo: step.userId }))
      break
    case 'stage':
      await moveLead(context, step.stageId, turn.facts)
      break
    case 'note':
      await addNote(context, fillWords(step.text, contact), turn)
      break
    case 'remind':
      await addRuleReminder(context, step, turn)
      break
    case 'webhook':
      // Called once the run stands in the log, where its answer is written.
      break
    case 'pause':
      await pauseAutomation(context, conversation.id, true)
      break
  }
  return describeStep(context, step, contact)
}

/** What a step does, in words: for the log and for the preview. */
export async function describeStep(
  { store }: Pick<Context, 'store'>,
  step: RuleStep,
  contact: Pick<Contact, 'displayName' | 'phone' | 'fields'>,
): Promise<string> {
  switch (step.kind) {
    case 'text':
      return fillWords(step.text, contact)
    case 'buttons':
      return `${fillWords(step.body, contact)} [${step.buttons.map(({ title }) => title).join(' | ')}]`
    case 'template':
      return `Template ${step.template.name ?? step.template.templateId ?? ''}`
    case 'tag':
      return `Add the tag “${step.tag}”`
    case 'untag':
      return `Take away the tag “${step.tag}”`
    case 'assign':
      return `Give the chat to ${step.userId ? ((await store.users.get(step.userId))?.name ?? 'somebody who left') : 'nobody'}`
    case 'stage':
      return `Move the lead to “${(await store.leadStages.get(step.stageId))?.name ?? 'a stage that is gone'}”`
    case 'note':
      return `Note: ${fillWords(step.text, contact)}`
    case 'remind':
      return `Remind: ${fillWords(step.note, contact)}`
    case 'webhook':
      return describeCall(step.url)
    case 'pause':
      return 'Pause automation in this chat'
  }
}

function messageOf(
  step: Extract<RuleStep, { kind: 'text' | 'template' | 'buttons' }>,
  contact: Contact,
  conversationId: string,
): NewMessage {
  if (step.kind === 'text') return { conversationId, type: 'text', content: { text: fillWords(step.text, contact) } }
  if (step.kind === 'buttons') {
    const content = { kind: 'button' as const, body: fillWords(step.body, contact), buttons: step.buttons }
    return { conversationId, type: 'interactive', content }
  }
  const { variables } = step.template
  const filled = variables ? { variables: fillVariables(variables, contact) } : {}
  return { conversationId, type: 'template', content: { ...step.template, ...filled } }
}

async function changeTags(context: Context, step: Extract<RuleStep, { kind: 'tag' | 'untag' }>, facts: Facts) {
  const change = (tags: readonly string[]) =>
    step.kind === 'tag' ? [...new Set([...tags, step.tag])] : tags.filter((tag) => tag !== step.tag)
  if (step.on === 'conversation')
    return void (await changeConversation(context, facts.conversation.id, ({ tags }) =>
      change(tags).length === tags.length ? undefined : { tags: change(tags) },
    ))
  const changed = await changeEach(context.store.contacts, [facts.contact.id], ({ tags }) =>
    change(tags).length === tags.length ? undefined : { tags: change(tags) },
  )
  for (const { before, after } of changed) {
    context.notify({ name: 'contact:updated', payload: { contact: after } })
    await queueTags(context, [{ before: before.tags, after: after.tags, subject: { contactId: after.id } }])
  }
}

async function moveLead(context: Context, stageId: string, { contact, conversation }: Facts): Promise<void> {
  const open = await context.store.leads.first({ contactId: contact.id, status: 'open' }, ['updatedAt', 'desc'])
  if (open?.stageId === stageId || (await context.store.leads.first({ contactId: contact.id, stageId }))) return
  if (open) await updateLead(context, open.id, { stageId })
  else await createLead(context, { contactId: contact.id, conversationId: conversation.id, stageId })
}

async function addNote({ store, notify }: Context, text: string, { facts, runId, index }: Turn): Promise<void> {
  const note = { id: `note_${runId}_${index}`, conversationId: facts.conversation.id, kind: 'note' as const, text }
  const [added] = await store.threadEntries.insertMany([{ ...note, userId: null, mentions: [] }], { ifTaken: 'skip' })
  if (added) notify({ name: 'note:new', payload: { note: added } })
}

async function addRuleReminder(context: Context, step: Extract<RuleStep, { kind: 'remind' }>, turn: Turn) {
  const { conversation, contact } = turn.facts
  const userId = conversation.assignedTo ?? turn.remindUserId
  if (!userId || !(await context.store.users.get(userId))) throw new AppError('user.not_found')
  await addReminder(context, userId, {
    id: `rem_${turn.runId}_${turn.index}`,
    conversationId: conversation.id,
    note: fillWords(step.note, contact),
    dueAt: new Date(context.now().getTime() + step.afterHours * hour).toISOString(),
  })
}
