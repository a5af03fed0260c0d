import { expect, test } from 'vitest'
import { RuleDraft, RuleStep, Trigger } from '#contract/rules.ts'
import {
  followUpSentence,
  hoursText,
  newStep,
  newTrigger,
  stepKinds,
  stepSentence,
  triggerKinds,
  triggerSentence,
} from './rule-words.ts'

const names = { stage: () => 'Offer sent', person: () => 'Ana' }
const followUps = {
  enabled: true,
  afterHours: 20,
  kind: 'text' as const,
  text: 'Still there?',
  template: null,
  maxTimes: 1,
  businessHoursOnly: true,
}

test('every trigger and every step of the contract can be chosen and has a sentence', () => {
  expect(triggerKinds.map(({ value }) => value)).toEqual(Trigger.options.map(({ shape }) => shape.kind.value))
  expect(stepKinds.map(({ value }) => value).toSorted()).toEqual(
    RuleStep.options.map(({ shape }) => shape.kind.value).toSorted(),
  )
  for (const { value } of triggerKinds) expect(triggerSentence(newTrigger(value), names)).toMatch(/^When /)
  for (const { value } of stepKinds) expect(stepSentence(newStep(value), names)).not.toBe('')
})

test('a rule reads like a sentence', () => {
  const { trigger, steps } = RuleDraft.parse({
    name: 'Price',
    trigger: { kind: 'keyword', match: 'contains', words: ['price', 'cost'] },
    steps: [{ kind: 'assign', userId: 'usr_1' }],
  })
  expect(triggerSentence(trigger, names)).toBe('When a message says “price” or “cost”')
  expect(stepSentence(steps[0]!, names)).toBe('give the chat to Ana')
})

test('what is not written yet is no pair of empty quotes', () => {
  for (const { value } of stepKinds) expect(stepSentence(newStep(value), names)).not.toContain('“”')
  for (const { value } of triggerKinds) expect(triggerSentence(newTrigger(value), names)).not.toContain('“”')
})

test('follow-ups say what will happen, also when the window is over', () => {
  expect(followUpSentence(followUps)).toBe(
    'When a customer has not answered for 20 hours, “Still there?” is sent, once. An answer ends it. Once the 24 hours for free texts are over, nothing is sent. Outside business hours it waits for the next opening.',
  )
  const template = { name: 'still_there', language: 'en' }
  expect(followUpSentence({ ...followUps, template, maxTimes: 3 })).toContain('every 20 hours, at most 3 times')
  expect(followUpSentence({ ...followUps, template })).toContain('it is the template still_there instead')
  expect(followUpSentence({ ...followUps, enabled: false })).toContain('left in peace')
})

test('hours read like time', () => {
  expect([0.5, 1, 24, 48, 20].map(hoursText)).toEqual(['30 minutes', 'an hour', 'a day', '2 days', '20 hours'])
})
