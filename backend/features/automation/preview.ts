import type { Parsed } from '../../contract/route.ts'
import type { Preview, rules as routes } from '../../contract/rules.ts'
import type { Context } from '../../feature.ts'
import type { Contact, Conversation } from '../../model/index.ts'
import { getConversation } from '../conversations/conversations.ts'
import { decide, type Facts, type Occasion } from './decide.ts'
import { readFacts } from './facts.ts'
import { readRules } from './run-rules.ts'
import { readHours } from './settings.ts'
import { describeStep } from './steps.ts'

type Input = Parsed<typeof routes.preview>['body']

/** The engine of real messages, asked without letting it do anything. */
export async function preview(context: Context, input: Input): Promise<Preview[]> {
  const { text, isButton, isFirst, conversationId, rule: draft } = input
  const at = input.at ? new Date(input.at) : context.now()
  const facts = { ...(await factsFor(context, conversationId)), now: at }
  const occasion: Occasion = { kind: 'message', text, button: isButton ? { id: text, title: text } : null, isFirst }
  const saved = draft ? [] : (await readRules(context)).filter(({ enabled }) => enabled)
  const rules = draft ? [{ ...draft, id: null }] : saved
  const results: Preview[] = []
  let isTaken = false
  for (const rule of rules) {
    const last =
      rule.id && conversationId
        ? await context.store.ruleCooldowns.first({ ruleId: rule.id, conversationId })
        : undefined
    const verdict = decide(rule, occasion, facts, last?.happenedAt ?? null)
    const happens: boolean = verdict.kind === 'happen' && !isTaken
    const steps = rule.steps.map((step) => ({ kind: step.kind, detail: describeStep(step, facts.contact) }))
    const reason =
      isTaken && verdict.kind === 'happen' ? 'A rule further up happened, and it is the last one.' : verdict.reason
    results.push({ ruleId: rule.id, name: rule.name, happens, reason, steps: happens ? steps : [] })
    isTaken ||= happens && rule.isLast
  }
  return results
}

async function factsFor(context: Context, conversationId: string | undefined): Promise<Facts> {
  const conversation = conversationId ? await getConversation(context, conversationId) : undefined
  const facts = conversation && (await readFacts(context, conversation))
  return facts ?? madeUp(context)
}

/** Somebody who writes for the first time and of whom nothing is known. */
async function madeUp(context: Context): Promise<Facts> {
  const at = context.now().toISOString()
  const contact = {
    displayName: 'Ana Silva',
    phone: null,
    username: null,
    email: null,
    language: null,
    tags: [],
    fields: {},
    optInStatus: 'unknown',
    blockedAt: null,
    marketingStoppedAt: null,
    createdAt: at,
  } as unknown as Contact
  const conversation = {
    status: 'open',
    tags: [],
    assignedTo: null,
    lastMessageAt: at,
    lastInboundAt: at,
    windowExpiresAt: null,
    standbySince: null,
    automationPausedAt: null,
    automationPausedBy: null,
  } as unknown as Conversation
  const hours = await readHours(context)
  return { contact, conversation, conversations: [conversation], leads: [], hours, now: context.now(), recentRuns: 0 }
}
