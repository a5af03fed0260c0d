import type { BusinessHours } from '../../contract/business-hours.ts'
import type { RuleCondition, Trigger } from '../../contract/rules.ts'
import type { Conversation } from '../../model/index.ts'
import { hour, minute } from '../../platform/clock.ts'
import { matchesFilter, type Subject } from '../segments/matches.ts'
import type { RuleEvent } from '../triggers/triggers.ts'
import { saysAlmost, wordsOf } from './fuzzy.ts'
import { isOpen } from './opening.ts'
import { yields } from './yields.ts'

/** What happened, with what a trigger wants to know of it. */
export type Occasion =
  | { kind: 'message'; text: string; button: { id: string; title: string } | null; isFirst: boolean }
  | Exclude<RuleEvent, { kind: 'message' }>

export type Facts = Subject & {
  conversation: Conversation
  hours: BusinessHours
  now: Date
  /** Those that rules ask for and the person is in. */
  segments: ReadonlySet<string>
  /** Rules that happened in this chat within the last hour. */
  recentRuns: number
}

/** A rule as far as the decision goes; one that is not saved yet has no id. */
export type Decidable = {
  id: string | null
  trigger: Trigger
  match: 'all' | 'any'
  conditions: RuleCondition[]
  everyMinutes: number
}

/**
 * - silent:  the trigger does not concern this occasion, so there is nothing to tell
 * - skip:    it does, but something forbids it
 */
export type Verdict = { kind: 'silent' | 'skip' | 'happen'; reason: string }

/** More than this in one chat and hour is two machines talking to each other. */
export const mostRunsPerHour = 20

/** The one decision about whether a rule happens: for real messages and for the preview alike. */
export function decide(rule: Decidable, occasion: Occasion, facts: Facts, lastHappenedAt: string | null): Verdict {
  const heard = hears(rule, occasion, facts)
  if (!heard.yes) return { kind: 'silent', reason: heard.why }
  const forbidden = forbids(occasion, facts)
  if (forbidden) return { kind: 'skip', reason: forbidden }
  const failing = failingCondition(rule, occasion, facts)
  if (failing) return { kind: 'skip', reason: failing }
  const waits = lastHappenedAt ? Date.parse(lastHappenedAt) + rule.everyMinutes * minute - facts.now.getTime() : 0
  if (waits > 0) return { kind: 'skip', reason: `It happened in this chat less than ${span(rule.everyMinutes)} ago.` }
  if (facts.recentRuns >= mostRunsPerHour)
    return {
      kind: 'skip',
      reason: 'Too much happened by itself in this chat within an hour; two machines may be talking.',
    }
  return { kind: 'happen', reason: heard.why }
}

export const span = (minutes: number) =>
  minutes % (24 * 60) === 0 && minutes >= 2880
    ? `${minutes / 1440} days`
    : minutes % 60 === 0
      ? minutes === 60
        ? 'an hour'
        : `${minutes / 60} hours`
      : `${minutes} minutes`

type Heard = { yes: boolean; why: string }
const yes = (why: string): Heard => ({ yes: true, why })
const no = (why: string): Heard => ({ yes: false, why })

function hears({ id, trigger }: Decidable, occasion: Occasion, facts: Facts): Heard {
  if (trigger.kind === 'tag_added')
    return occasion.kind === 'tag_added' && occasion.tag === trigger.tag
      ? yes(`The tag “${trigger.tag}” was added.`)
      : no(`Waits for the tag “${trigger.tag}”.`)
  if (trigger.kind === 'stage_changed')
    return occasion.kind === 'stage_changed' && occasion.stageId === trigger.stageId
      ? yes('The lead came to this stage.')
      : no('Waits for a lead to come to its stage.')
  if (trigger.kind === 'no_reply')
    return occasion.kind === 'no_reply' && occasion.ruleId === id
      ? yes(`${trigger.side === 'us' ? 'We' : 'The customer'} did not answer for ${span(trigger.hours * 60)}.`)
      : no(
          `Waits until ${trigger.side === 'us' ? 'we have' : 'the customer has'} not answered for ${span(trigger.hours * 60)}.`,
        )
  if (occasion.kind !== 'message') return no('Waits for a message.')
  if (trigger.kind === 'first_message')
    return occasion.isFirst ? yes('It is the first message of this person.') : no('It is not the first message.')
  if (trigger.kind === 'outside_hours') {
    if (!facts.hours.enabled) return no('Business hours are not set, so it is never outside them.')
    return isOpen(facts.hours, facts.now) ? no('The business is open.') : yes('The business is closed.')
  }
  if (trigger.kind === 'button') return hearsButton(trigger.words, occasion)
  return hearsWord(trigger, occasion.text)
}

function hearsButton(words: readonly string[], { button }: Extract<Occasion, { kind: 'message' }>): Heard {
  if (!button) return no('No button was pressed.')
  const pressed = words.find((word) => [button.id, button.title].some((name) => sameWords(name, word)))
  return pressed ? yes(`The button “${pressed}” was pressed.`) : no('Another button was pressed.')
}

const sameWords = (a: string, b: string) => wordsOf(a).join(' ') === wordsOf(b).join(' ') || a === b

function hearsWord({ match, words }: Extract<Trigger, { kind: 'keyword' }>, text: string): Heard {
  const said = wordsOf(text)
  const line = ` ${said.join(' ')} `
  const found = words.find((word) => {
    const wanted = wordsOf(word)
    // A word of signs alone, such as an emoji, is looked for as it is.
    if (wanted.length === 0) return match === 'exact' ? text.trim() === word : text.includes(word)
    const joined = wanted.join(' ')
    if (match === 'exact') return line === ` ${joined} `
    if (match === 'starts') return line.startsWith(` ${joined} `)
    return match === 'contains' ? line.includes(` ${joined} `) : saysAlmost(said, wanted)
  })
  return found ? yes(`The message says “${found}”.`) : no('The message does not say any of the words.')
}

function forbids(occasion: Occasion, { conversation, contact }: Facts): string | undefined {
  const { automationPausedBy, standbySince } = conversation
  if (contact.blockedAt) return 'The contact is blocked.'
  if (standbySince) return 'Another app answers this chat at the moment.'
  // Where a person answers no machine talks, but what the team set off goes on: a tag, a reminder. See `takeStep`.
  return automationPausedBy === 'person' || occasion.kind === 'message' ? yields(conversation) : undefined
}

function failingCondition(rule: Decidable, occasion: Occasion, facts: Facts): string | undefined {
  const { conditions, match } = rule
  if (conditions.length === 0) return undefined
  const holds = (condition: RuleCondition) => holdsNow(condition, occasion, facts)
  const isMet = match === 'all' ? conditions.every(holds) : conditions.some(holds)
  if (isMet) return undefined
  if (match === 'any') return 'None of the conditions holds.'
  const failing = conditions.findIndex((condition) => !holds(condition))
  return `Condition ${failing + 1} does not hold.`
}

function holdsNow(condition: RuleCondition, occasion: Occasion, facts: Facts): boolean {
  if (condition.field === 'hours') return isOpen(facts.hours, facts.now) === (condition.value === 'open')
  if (condition.field === 'text') {
    const text = occasion.kind === 'message' ? wordsOf(occasion.text).join(' ') : ''
    return text.includes(wordsOf(condition.value).join(' ')) === (condition.op === 'contains')
  }
  if (condition.field === 'segment') return facts.segments.has(condition.value) === (condition.op === 'is')
  return matchesFilter({ match: 'all', conditions: [condition] }, facts, facts.now)
}

export const anHourBefore = (now: Date) => new Date(now.getTime() - hour).toISOString()
