import { expect, test } from 'vitest'
import type { Trigger } from '../../contract/rules.ts'
import type { Contact, Conversation } from '../../model/index.ts'
import { decide, type Facts, type Occasion } from './decide.ts'
import { distance } from './fuzzy.ts'

const week = { monday: [], tuesday: [], wednesday: [], thursday: [], friday: [], saturday: [], sunday: [] }
const facts = (more: Partial<Facts> = {}): Facts => ({
  contact: { tags: [], fields: {}, displayName: 'Ana', blockedAt: null } as unknown as Contact,
  conversation: { automationPausedAt: null, automationPausedBy: null, standbySince: null } as unknown as Conversation,
  conversations: [],
  leads: [],
  hours: { enabled: true, timeZone: 'UTC', week, holidays: [] },
  now: new Date('2026-11-21T10:00:00Z'),
  segments: new Set(),
  recentRuns: 0,
  ...more,
})
const says = (text: string): Occasion => ({ kind: 'message', text, button: null, isFirst: false })
const rule = (trigger: Trigger, more: object = {}) => ({
  id: 'rul_1',
  trigger,
  match: 'all' as const,
  conditions: [],
  everyMinutes: 60,
  ...more,
})
const keyword = (match: 'exact' | 'contains' | 'starts' | 'fuzzy', ...words: string[]): Trigger => ({
  kind: 'keyword',
  match,
  words,
})
const verdict = (trigger: Trigger, text: string) => decide(rule(trigger), says(text), facts(), null).kind

test.each([
  ['exact', 'PREÇO!', true],
  ['exact', 'o preço', false],
  ['starts', 'Preço da entrega?', true],
  ['starts', 'Qual o preço', false],
  ['contains', 'qual é o preco, por favor', true],
  ['contains', 'precos', false],
  ['fuzzy', 'qual o perço?', true],
  ['fuzzy', 'qual o presso?', false],
] as const)('%s hears “%s”: %s', (match, text, isHeard) => {
  expect(verdict(keyword(match, 'preço'), text)).toBe(isHeard ? 'happen' : 'silent')
})

test('a segment is asked for as any other condition', () => {
  const inside = (op: 'is' | 'not') => ({
    ...rule(keyword('contains', 'price')),
    conditions: [{ field: 'segment' as const, op, value: 'seg_1' }],
  })
  const member = facts({ segments: new Set(['seg_1']) })
  const verdicts = [member, facts()].flatMap((one) =>
    (['is', 'not'] as const).map((op) => decide(inside(op), says('price'), one, null).kind),
  )
  expect(verdicts).toEqual(['happen', 'skip', 'skip', 'happen'])
})

test('fuzzy forgives two letters of a long word and none of a short one', () => {
  expect(verdict(keyword('fuzzy', 'delivery'), 'do you have delivrey')).toBe('happen')
  expect(verdict(keyword('fuzzy', 'no'), 'on')).toBe('silent')
  expect(verdict(keyword('fuzzy', 'opening hours'), 'what are your openning hour')).toBe('happen')
})

test('a word in another script and one of signs alone are heard too', () => {
  expect(verdict(keyword('contains', 'سعر'), 'كم سعر هذا؟')).toBe('happen')
  expect(verdict(keyword('contains', '👍'), 'ok 👍')).toBe('happen')
})

test('two letters that changed places are one mistake', () => {
  expect(distance('perço', 'preço')).toBe(1)
  expect(distance('', 'abc')).toBe(3)
})

test('a rule about closed hours happens only while they are closed, and never without hours', () => {
  const closed = rule({ kind: 'outside_hours' })
  expect(decide(closed, says('Hi'), facts(), null).kind).toBe('happen')
  const always = facts({ hours: { enabled: false, timeZone: 'UTC', week, holidays: [] } })
  expect(decide(closed, says('Hi'), always, null).kind).toBe('silent')
})

test('a button is recognised by title or id, and a typed word is no button', () => {
  const pressed: Occasion = { kind: 'message', text: 'Yes', button: { id: 'yes_1', title: 'Yes' }, isFirst: false }
  for (const word of ['yes', 'yes_1'])
    expect(decide(rule({ kind: 'button', words: [word] }), pressed, facts(), null).kind).toBe('happen')
  expect(verdict({ kind: 'button', words: ['yes'] }, 'yes')).toBe('silent')
})

test('after a person answered, messages are left to people, and other occasions are not', () => {
  const conversation = { automationPausedAt: 'x', automationPausedBy: 'reply', standbySince: null } as Conversation
  const paused = facts({ conversation })
  expect(decide(rule(keyword('contains', 'price')), says('price'), paused, null)).toMatchObject({
    kind: 'skip',
    reason: expect.stringContaining('person answered'),
  })
  const tagged = rule({ kind: 'tag_added', tag: 'VIP' })
  expect(decide(tagged, { kind: 'tag_added', tag: 'VIP' }, paused, null).kind).toBe('happen')
})

test('a rule rests in a chat for the time it was given', () => {
  const price = rule(keyword('contains', 'price'))
  expect(decide(price, says('price'), facts(), '2026-11-21T09:30:00.000Z').kind).toBe('skip')
  expect(decide(price, says('price'), facts(), '2026-11-21T09:00:00.000Z').kind).toBe('happen')
})

test('two machines that talk to each other are stopped', () => {
  expect(decide(rule(keyword('contains', 'price')), says('price'), facts({ recentRuns: 20 }), null).kind).toBe('skip')
})

test('of several conditions all must hold, or any', () => {
  const conditions = [
    { field: 'tag', op: 'has', value: 'VIP' },
    { field: 'hours', op: 'is', value: 'closed' },
  ]
  const all = rule(keyword('contains', 'price'), { conditions })
  expect(decide(all, says('price'), facts(), null)).toMatchObject({
    kind: 'skip',
    reason: 'Condition 1 does not hold.',
  })
  expect(decide({ ...all, match: 'any' }, says('price'), facts(), null).kind).toBe('happen')
})
