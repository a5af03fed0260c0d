import { expect, test } from 'vitest'
import type { MessageStatus } from '#contract/messages.ts'
import type { Pages } from '../composables/useList.ts'
import { testConversation, testMessage } from '../test-message.ts'
import { mergeMessage, putConversation, replaceConversation, putMessage } from './merge.ts'

const at = (second: number) => new Date(Date.parse('2026-11-21T10:00:00.000Z') + second * 1000).toISOString()
const listOf = <T>(pages: T[][], more = false): Pages<T> => ({
  pages: pages.map((items, index) => ({ items, nextCursor: more || index < pages.length - 1 ? `c${index}` : null })),
  pageParams: pages.map(() => undefined),
})
const ids = (list: Pages<{ id: string }>) => list.pages.map((page) => page.items.map(({ id }) => id).join(''))
const status = (name: MessageStatus, second: number) =>
  testMessage({ direction: 'outbound', status: name, updatedAt: at(second) })

test('a tick never goes backwards, in whatever order answers and events come', () => {
  const path = ['queued', 'sending', 'accepted', 'sent', 'delivered', 'read'] as const
  for (let seed = 1; seed <= 200; seed += 1) {
    const shuffled = path
      .map((name, index) => status(name, (index * seed * 7) % 11))
      .toSorted((a, b) => ((a.status.length * seed) % 5) - ((b.status.length * seed) % 5))
    let rank = -1
    const end = shuffled.reduce((known, arrived) => {
      const merged = mergeMessage(known, arrived)
      const now = path.indexOf(merged.status as (typeof path)[number])
      expect(now).toBeGreaterThanOrEqual(rank)
      rank = now
      return merged
    })
    expect(end.status).toBe('read')
  }
})

test('a failure yields to a later delivery and not to an earlier state', () => {
  expect(mergeMessage(status('failed', 1), status('delivered', 2)).status).toBe('delivered')
  expect(mergeMessage(status('failed', 2), status('sent', 3)).status).toBe('failed')
})

test('a late event with an older text keeps the newer text and takes the higher tick', () => {
  const known = testMessage({ content: { text: 'edited' }, status: 'sent', updatedAt: at(9) })
  const merged = mergeMessage(known, testMessage({ content: { text: 'first' }, status: 'read', updatedAt: at(5) }))
  expect([merged.content, merged.status]).toEqual([{ text: 'edited' }, 'read'])
})

test('a message takes its place by time, and one from before all that is loaded waits for its page', () => {
  const list = listOf([[testMessage({ id: 'd', sentAt: at(40) }), testMessage({ id: 'b', sentAt: at(20) })]], true)
  expect(ids(putMessage(list, testMessage({ id: 'e', sentAt: at(50) })))).toEqual(['edb'])
  expect(ids(putMessage(list, testMessage({ id: 'c', sentAt: at(30) })))).toEqual(['dcb'])
  expect(ids(putMessage(list, testMessage({ id: 'a', sentAt: at(10) })))).toEqual(['db'])
})

test('the same message twice is one message', () => {
  const list = listOf([[testMessage({ id: 'a' })]])
  expect(
    ids(putMessage(putMessage(list, testMessage({ id: 'b', sentAt: at(5) })), testMessage({ id: 'b', sentAt: at(5) }))),
  ).toEqual(['ba'])
})

test('a conversation with news moves up, and leaves a view it no longer belongs to', () => {
  const a = testConversation({ id: 'a', lastMessageAt: at(3) })
  const b = testConversation({ id: 'b', lastMessageAt: at(2) })
  const list = listOf([[a], [b]])
  const news = testConversation({ id: 'b', lastMessageAt: at(9), updatedAt: at(9) })
  expect(ids(putConversation(list, news, true))).toEqual(['ba', ''])
  expect(ids(putConversation(list, news, false))).toEqual(['a', ''])
})

test('an older version of a conversation changes nothing', () => {
  const list = listOf([[testConversation({ id: 'a', status: 'closed', updatedAt: at(9) })]])
  const late = testConversation({ id: 'a', status: 'open', updatedAt: at(1) })
  expect(putConversation(list, late, true).pages[0]!.items[0]!.status).toBe('closed')
})

test('an event says nothing about what this person has seen, so that is kept', () => {
  const known = testConversation({ id: 'a', seenByMe: 4, updatedAt: at(1) })
  const list = putConversation(
    listOf([[known]]),
    testConversation({ id: 'a', inboundCount: 5, updatedAt: at(2) }),
    true,
  )
  expect(list.pages[0]!.items[0]).toMatchObject({ inboundCount: 5, seenByMe: 4 })
})

test('an event that says nothing of the pipeline leaves the lead of a row as it is', () => {
  const lead = { id: 'l', stageId: 's', value: null, currency: 'EUR' }
  const known = testConversation({ id: 'a', lead, updatedAt: at(1) })
  const list = replaceConversation(listOf([[known]]), testConversation({ id: 'a', updatedAt: at(2) }))
  expect(list.pages[0]!.items[0]).toMatchObject({ lead, updatedAt: at(2) })
  const gone = replaceConversation(list, testConversation({ id: 'a', lead: null, updatedAt: at(2) }))
  expect(gone.pages[0]!.items[0]!.lead).toBeNull()
})
