import { expect, test } from 'vitest'
import type { Lead } from '#contract/leads.ts'
import { leadBelongs, leadOrder, placeAt } from './lead-filter.ts'

const lead = (fields: Partial<Lead>): Lead => ({
  id: 'led_1',
  createdAt: '2026-03-01T12:00:00.000Z',
  updatedAt: '2026-03-01T12:00:00.000Z',
  contactId: 'con_1',
  contactName: 'Ana',
  conversationId: null,
  title: 'Cake',
  stageId: 'stg_1',
  status: 'open',
  value: null,
  currency: 'EUR',
  ownerId: null,
  nextStep: null,
  nextStepAt: null,
  closedReason: null,
  closedAt: null,
  position: 1024,
  source: null,
  ...fields,
})

test('a lead belongs to the lists whose every condition it meets', () => {
  const mine = lead({ ownerId: 'usr_1' })
  expect(leadBelongs({ sort: 'position', stageId: 'stg_1', ownerId: 'me' }, mine, 'usr_1')).toBe(true)
  expect(leadBelongs({ sort: 'position', stageId: 'stg_2' }, mine, 'usr_1')).toBe(false)
  expect(leadBelongs({ sort: 'position', ownerId: 'none' }, mine, 'usr_1')).toBe(false)
  expect(leadBelongs({ sort: 'value' }, mine, 'usr_1')).toBe(false)
  expect(leadBelongs({ sort: 'updated', withoutNextStep: true }, mine, 'usr_1')).toBe(true)
  expect(leadBelongs({ sort: 'updated', withoutNextStep: true }, lead({ status: 'won' }), 'usr_1')).toBe(false)
})

test('missing values come last upwards and ids decide between equals', () => {
  const leads = [lead({ id: 'c' }), lead({ id: 'b', nextStepAt: '2026-03-02' }), lead({ id: 'a' })]
  expect(leads.toSorted(leadOrder('next_step')).map(({ id }) => id)).toEqual(['b', 'a', 'c'])
})

test('a place is behind the card above, and between the two in position', () => {
  const column = [lead({ id: 'a', position: 1 }), lead({ id: 'b', position: 3 })]
  expect(placeAt(column, 0)).toEqual({ after: null, position: 1 - 1024 })
  expect(placeAt(column, 1)).toEqual({ after: 'a', position: 2 })
  expect(placeAt(column, 2)).toEqual({ after: 'b', position: 3 + 1024 })
  expect(placeAt([], 0).after).toBe(null)
})
