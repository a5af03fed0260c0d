import { expect, test } from 'vitest'
import { filterSentence, usesSentence, type Names } from './segment-words.ts'

const names: Names = {
  channels: () => 'Shop',
  stages: (id) => (id === 'stg_1' ? 'Offer sent' : undefined),
  people: () => 'Ana',
}

test('a filter is said in one sentence, with the names of what it asks for', () => {
  const conditions = [
    { field: 'tag', op: 'has', value: 'vip' },
    { field: 'lastInbound', op: 'before', days: 30 },
    { field: 'stage', op: 'not', value: 'stg_1' },
    { field: 'custom', name: 'City', op: 'is', value: 'Recife' },
    { field: 'email', op: 'present' },
    { field: 'blocked', op: 'is', value: false },
  ] as const
  expect(filterSentence({ match: 'all', conditions: [...conditions] }, names)).toBe(
    'Tag “vip” and last wrote to us longer ago than 30 days and stage of a lead is not Offer sent and City is “Recife” and E-mail is filled in and not: Blocked',
  )
  const gone = [{ field: 'stage', op: 'is', value: 'stg_gone' } as const]
  expect(filterSentence({ match: 'any', conditions: gone }, names)).toBe('Stage of a lead is something that is gone')
  expect(filterSentence({ match: 'all', conditions: [] }, names)).toBe('Everybody')
})

test('rules and views that use it are named', () => {
  const uses = [
    { kind: 'rule' as const, id: '1', name: 'Thank' },
    { kind: 'rule' as const, id: '2', name: 'Greet' },
    { kind: 'view' as const, id: '3', name: 'Mine' },
  ]
  expect(usesSentence(uses)).toBe('Used by the rules “Thank”, “Greet” and the view “Mine”')
})
