import type { FollowUps } from '#contract/automation.ts'
import type { PreviewOccasion, RuleCondition, RuleDraft, RuleStep, Trigger } from '#contract/rules.ts'

export const triggerKinds: { value: Trigger['kind']; label: string }[] = [
  { value: 'keyword', label: 'a message says certain words' },
  { value: 'first_message', label: 'somebody writes for the first time' },
  { value: 'outside_hours', label: 'a message comes outside business hours' },
  { value: 'button', label: 'a button is pressed' },
  { value: 'tag_added', label: 'a tag is added' },
  { value: 'stage_changed', label: 'a lead comes to a stage' },
  { value: 'no_reply', label: 'nobody answers for some time' },
]

export const occasionKinds: { value: PreviewOccasion['kind']; label: string }[] = [
  { value: 'message', label: 'a customer writes' },
  { value: 'button', label: 'a customer presses a button' },
  { value: 'tag_added', label: 'a tag is added' },
  { value: 'stage_changed', label: 'a lead comes to a stage' },
  { value: 'no_reply', label: 'nobody answers for some time' },
]

export function newOccasion(kind: PreviewOccasion['kind']): PreviewOccasion {
  switch (kind) {
    case 'message':
      return { kind, text: '', isFirst: false }
    case 'button':
      return { kind, title: '' }
    case 'tag_added':
      return { kind, tag: '' }
    case 'stage_changed':
      return { kind, stageId: '' }
    case 'no_reply':
      return { kind, side: 'customer', hours: 24 }
  }
}

/** What would set a rule off. */
export function occasionOf(trigger: Trigger): PreviewOccasion {
  switch (trigger.kind) {
    case 'keyword':
      return { kind: 'message', text: trigger.words[0] ?? '', isFirst: false }
    case 'button':
      return { kind: 'button', title: trigger.words[0] ?? '' }
    case 'tag_added':
    case 'stage_changed':
    case 'no_reply':
      return { ...trigger }
    default:
      return { kind: 'message', text: '', isFirst: trigger.kind === 'first_message' }
  }
}

export const stepKinds: { value: RuleStep['kind']; label: string }[] = [
  { value: 'text', label: 'send a text' },
  { value: 'buttons', label: 'send buttons' },
  { value: 'template', label: 'send a template' },
  { value: 'tag', label: 'add a tag' },
  { value: 'untag', label: 'take a tag away' },
  { value: 'assign', label: 'give the chat to somebody' },
  { value: 'stage', label: 'move the lead to a stage' },
  { value: 'note', label: 'write a note for the team' },
  { value: 'remind', label: 'remind the person in charge' },
  { value: 'webhook', label: 'call a web address' },
  { value: 'pause', label: 'pause automation in this chat' },
]

export const keywordMatches = [
  { value: 'contains' as const, label: 'contains' },
  { value: 'exact' as const, label: 'is exactly' },
  { value: 'starts' as const, label: 'starts with' },
  { value: 'fuzzy' as const, label: 'contains, even misspelt' },
]

export function newTrigger(kind: Trigger['kind']): Trigger {
  switch (kind) {
    case 'keyword':
      return { kind, match: 'contains', words: [] }
    case 'button':
      return { kind, words: [] }
    case 'tag_added':
      return { kind, tag: '' }
    case 'stage_changed':
      return { kind, stageId: '' }
    case 'no_reply':
      return { kind, side: 'customer', hours: 24 }
    default:
      return { kind }
  }
}

export function newStep(kind: RuleStep['kind']): RuleStep {
  switch (kind) {
    case 'text':
    case 'note':
      return { kind, text: '' }
    case 'buttons':
      return { kind, body: '', buttons: [{ id: '1', title: '' }] }
    case 'template':
      return { kind, template: {} }
    case 'tag':
    case 'untag':
      return { kind, on: 'conversation', tag: '' }
    case 'assign':
      return { kind, userId: null }
    case 'stage':
      return { kind, stageId: '' }
    case 'remind':
      return { kind, note: '', afterHours: 24 }
    case 'webhook':
      return { kind, url: 'https://' }
    case 'pause':
      return { kind }
  }
}

export const newRule = (): RuleDraft => ({
  name: '',
  enabled: true,
  trigger: newTrigger('keyword'),
  match: 'all',
  conditions: [],
  steps: [newStep('text')],
  everyMinutes: 60,
  isLast: true,
})

export type Names = { stage: (id: string) => string; person: (id: string) => string }

const quoted = (words: readonly string[]) => words.map((word) => `“${word}”`).join(' or ') || '…'
/** What is not written yet is no pair of empty quotes. */
const said = (text: string) => (text.trim() ? `“${short(text)}”` : '…')
const short = (text: string) => (text.length > 60 ? `${text.slice(0, 57).trimEnd()}…` : text)

export function triggerSentence(trigger: Trigger, names: Names): string {
  switch (trigger.kind) {
    case 'keyword': {
      const verbs = { contains: 'says', exact: 'is exactly', starts: 'starts with', fuzzy: 'says something like' }
      return `When a message ${verbs[trigger.match]} ${quoted(trigger.words)}`
    }
    case 'first_message':
      return 'When somebody writes for the first time'
    case 'outside_hours':
      return 'When a message comes outside business hours'
    case 'button':
      return `When the button ${quoted(trigger.words)} is pressed`
    case 'tag_added':
      return `When the tag ${said(trigger.tag)} is added`
    case 'stage_changed':
      return `When a lead comes to “${names.stage(trigger.stageId)}”`
    case 'no_reply':
      return `When ${trigger.side === 'us' ? 'we have' : 'the customer has'} not answered for ${hoursText(trigger.hours)}`
  }
}

export function stepSentence(step: RuleStep, names: Names): string {
  switch (step.kind) {
    case 'text':
      return `answer ${said(step.text)}`
    case 'buttons':
      return `send ${said(step.body)} with ${step.buttons.length === 1 ? 'a button' : `${step.buttons.length} buttons`}`
    case 'template':
      return `send the template ${step.template.name ?? '…'}`
    case 'tag':
      return `add the tag ${said(step.tag)}`
    case 'untag':
      return `take the tag ${said(step.tag)} away`
    case 'assign':
      return step.userId ? `give the chat to ${names.person(step.userId)}` : 'give the chat to nobody'
    case 'stage':
      return `move the lead to “${names.stage(step.stageId)}”`
    case 'note':
      return `note ${said(step.text)}`
    case 'remind':
      return `remind ${said(step.note)} after ${hoursText(step.afterHours)}`
    case 'webhook':
      return `call ${hostOf(step.url)}`
    case 'pause':
      return 'pause automation in the chat'
  }
}

export type TextCondition = Extract<RuleCondition, { field: 'text' }>
export const isTextCondition = (condition: RuleCondition): condition is TextCondition => condition.field === 'text'

export const conditionsSentence = (match: 'all' | 'any', count: number): string =>
  count === 0
    ? ''
    : count === 1
      ? ', and the condition holds'
      : `, and ${match === 'all' ? `all ${count} conditions hold` : `one of ${count} conditions holds`}`

/** The first thing that is not filled in yet, so that a button which cannot be pressed explains itself. */
export function whatIsMissing({ trigger, steps }: RuleDraft): string {
  if ('words' in trigger && trigger.words.length === 0) return 'write the words it waits for.'
  if (trigger.kind === 'tag_added' && !trigger.tag.trim()) return 'name the tag it waits for.'
  if (trigger.kind === 'stage_changed' && !trigger.stageId) return 'choose the stage it waits for.'
  const step = steps.findIndex((one) => !isFilled(one))
  if (step >= 0) return `fill in ${steps.length === 1 ? 'the step' : `step ${step + 1}`}.`
  return 'fill in every condition.'
}

function isFilled(step: RuleStep): boolean {
  if (step.kind === 'buttons') return Boolean(step.body.trim()) && step.buttons.every(({ title }) => title.trim())
  if (step.kind === 'template') return Boolean(step.template.name)
  if (step.kind === 'webhook') return URL.canParse(step.url)
  const needed = 'text' in step ? step.text : 'tag' in step ? step.tag : 'note' in step ? step.note : undefined
  return needed === undefined ? !('stageId' in step) || Boolean(step.stageId) : needed.trim().length > 0
}

const hostOf = (url: string) => (URL.canParse(url) ? new URL(url).host : 'a web address')

export function hoursText(hours: number): string {
  if (hours < 1) return `${Math.round(hours * 60)} minutes`
  if (hours % 24 === 0) return hours === 24 ? 'a day' : `${hours / 24} days`
  return hours === 1 ? 'an hour' : `${hours} hours`
}

/** What will happen, in one paragraph, so that nobody has to guess it from a form. */
export function followUpSentence(followUps: FollowUps): string {
  const { enabled, afterHours, kind, text, template, maxTimes, businessHoursOnly } = followUps
  if (!enabled) return 'Customers who do not answer are left in peace.'
  const name = template?.name ? `the template ${template.name}` : null
  const what = kind === 'text' ? `${said(text)} is sent` : `${name ?? 'a template'} is sent`
  const later =
    kind === 'text'
      ? name
        ? ` Once the 24 hours for free texts are over, it is ${name} instead.`
        : ' Once the 24 hours for free texts are over, nothing is sent.'
      : ''
  const times = maxTimes === 1 ? 'once' : `every ${hoursText(afterHours)}, at most ${maxTimes} times`
  const when = businessHoursOnly ? ' Outside business hours it waits for the next opening.' : ''
  return `When a customer has not answered for ${hoursText(afterHours)}, ${what}, ${times}. An answer ends it.${later}${when}`
}
