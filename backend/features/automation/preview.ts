import type { Parsed } from '../../contract/route.ts'
import type { Preview, PreviewOccasion, RuleDraft, rules as routes } from '../../contract/rules.ts'
import type { Context } from '../../feature.ts'
import type { Conversation } from '../../model/index.ts'
import { day, hour } from '../../platform/clock.ts'
import { getConversation } from '../conversations/conversations.ts'
import { wholeStoreOf } from '../visibility/limited-store.ts'
import type { Occasion } from './decide.ts'
import { readFacts } from './facts.ts'
import { judge, readRules, takeSteps, type Runnable } from './run-rules.ts'

type Input = Parsed<typeof routes.preview>['body']

/** Undoes everything that was done while it was tried. */
class Rehearsed extends Error {
  readonly results: Preview[]
  constructor(results: Preview[]) {
    super('rehearsed')
    this.results = results
  }
}

/**
 * The engine itself, on a chat as it would be at that moment: rules are judged and their steps are taken, in a transaction
 * that never commits. So each rule sees what those before it did, a step says why it would be refused, and nothing is left.
 */
export async function preview(context: Context, input: Input): Promise<Preview[]> {
  const at = input.at ? new Date(input.at) : context.now()
  if (input.conversationId) await getConversation(context, input.conversationId)
  try {
    return await wholeStoreOf(context.store).transaction(async (store) => {
      const tx: Context = { ...context, store, user: null, now: () => at, notify() {}, afterwards() {} }
      throw new Rehearsed(await rehearse(tx, input, context.user?.id ?? null))
    })
  } catch (error) {
    if (error instanceof Rehearsed) return error.results
    throw error
  }
}

async function rehearse(context: Context, input: Input, author: string | null): Promise<Preview[]> {
  const { store } = context
  const id = input.conversationId ?? (await makeUp(context)).id
  const rules = input.rule ? [asRule(input.rule, author)] : (await readRules(context)).filter(({ enabled }) => enabled)
  const results: Preview[] = []
  let isTaken = false
  for (const rule of rules) {
    const occasion = occasionFor(rule, input.occasion)
    await store.conversations.update(id, imagine(context.now(), rule, input.occasion))
    const facts = (await readFacts(context, (await store.conversations.get(id))!, [rule]))!
    const last = await store.ruleCooldowns.first({ ruleId: rule.id, conversationId: id })
    const verdict = judge(rule, occasion, facts, last?.happenedAt ?? null)
    const happens: boolean = verdict.kind === 'happen' && !isTaken
    const reason =
      isTaken && verdict.kind === 'happen' ? 'A rule further up happened, and it is the last one.' : verdict.reason
    const { actions } = happens
      ? await takeSteps(context, rule, { key: `preview:${rule.id}`, id: `preview_${rule.id}` }, facts)
      : { actions: [] }
    results.push({ ruleId: input.rule ? null : rule.id, name: rule.name, happens, reason, steps: actions })
    isTaken ||= happens && rule.isLast
  }
  return results
}

const asRule = (draft: RuleDraft, createdBy: string | null): Runnable => ({
  ...draft,
  id: 'draft',
  triggerKind: draft.trigger.kind,
  createdBy,
})

/** What happened, as the live engine would tell it to this rule: of a silence each rule hears when its own time is over. */
function occasionFor(rule: Runnable, asked: PreviewOccasion): Occasion {
  switch (asked.kind) {
    case 'message':
      return { kind: 'message', text: asked.text, button: null, isFirst: asked.isFirst }
    case 'button':
      return { kind: 'message', text: asked.title, button: { id: asked.title, title: asked.title }, isFirst: false }
    case 'no_reply':
      return { kind: 'no_reply', ruleId: isLongEnough(rule, asked) ? rule.id : '', messageId: '' }
    default:
      return asked
  }
}

function isLongEnough({ trigger }: Runnable, { side, hours }: Extract<PreviewOccasion, { kind: 'no_reply' }>): boolean {
  return trigger.kind === 'no_reply' && trigger.side === side && trigger.hours <= hours
}

/** What the occasion makes of a chat: a message opens the window, a silence is as long as this rule waits for. */
function imagine(now: Date, { trigger }: Runnable, asked: PreviewOccasion): Partial<Conversation> {
  if (asked.kind === 'tag_added' || asked.kind === 'stage_changed') return {}
  const silence = asked.kind !== 'no_reply' ? 0 : trigger.kind === 'no_reply' ? trigger.hours : asked.hours
  const then = now.getTime() - silence * hour
  const instant = new Date(then).toISOString()
  return {
    lastMessageAt: instant,
    lastInboundAt: instant,
    windowExpiresAt: new Date(then + day).toISOString(),
    needsReply: asked.kind !== 'no_reply' || asked.side === 'us',
  }
}

/** Somebody of whom nothing is known, in a chat with a number of the business. */
async function makeUp({ store, now }: Context): Promise<Conversation> {
  const channels = await store.channels.find({ sort: ['createdAt', 'asc'], limit: 100 })
  const practice = { kind: 'practice' as const, name: 'Practice', businessPhone: '', secretHints: {}, info: {} }
  const channel =
    channels.find(({ kind }) => kind === 'cloud') ?? channels[0] ?? (await store.channels.insert(practice))
  const contact = await store.contacts.insert({
    displayName: 'Ana Silva',
    name: 'Ana Silva',
    phone: '+15550100000',
    tags: [],
    fields: {},
    optIn: { status: 'unknown', at: null, source: null },
  })
  const at = now().toISOString()
  return store.conversations.insert({
    channelId: channel.id,
    contactId: contact.id,
    contactName: contact.displayName,
    contactPhone: contact.phone,
    status: 'open',
    tags: [],
    lastMessageAt: at,
    lastInboundAt: at,
    windowExpiresAt: new Date(now().getTime() + day).toISOString(),
  })
}
