import { QueryClient } from '@tanstack/vue-query'
import { expect, test } from 'vitest'
import type { Conversation } from '#contract/conversations.ts'
import type { Pages } from '../composables/useList.ts'
import { testConversation } from '../test-message.ts'
import { keys } from './keys.ts'
import { forgetConversation, patchConversation, showConversation, type Live } from './live.ts'

const at = (second: number) => new Date(Date.parse('2026-11-21T10:00:00.000Z') + second * 1000).toISOString()
const all = { box: 'all', status: 'open' } as const
const mine = { box: 'mine', status: 'open' } as const

function setUp(...conversations: Conversation[]) {
  const queryClient = new QueryClient()
  const live: Live = { queryClient, userId: () => 'usr_1', now: () => Date.parse(at(100)) }
  const list = (items: Conversation[]): Pages<Conversation> => ({
    pages: [{ items, nextCursor: null }],
    pageParams: [undefined],
  })
  queryClient.setQueryData(keys.conversationList(all), list(conversations))
  queryClient.setQueryData(
    keys.conversationList(mine),
    list(conversations.filter(({ assignedTo }) => assignedTo === 'usr_1')),
  )
  const ids = (view: object) =>
    queryClient
      .getQueryData<Pages<Conversation>>(keys.conversationList(view))!
      .pages.flatMap((page) => page.items.map(({ id }) => id))
  const first = () => queryClient.getQueryData<Pages<Conversation>>(keys.conversationList(all))!.pages[0]!.items[0]!
  return { live, ids, first, queryClient }
}

test('a live change moves a chat in and out of every list it concerns', () => {
  const { live, ids } = setUp(testConversation({ id: 'a' }))
  showConversation(live, testConversation({ id: 'a', assignedTo: 'usr_1', updatedAt: at(1) }))
  expect([ids(all), ids(mine)]).toEqual([['a'], ['a']])
  showConversation(live, testConversation({ id: 'a', assignedTo: null, updatedAt: at(2) }))
  expect([ids(all), ids(mine)]).toEqual([['a'], []])
  showConversation(live, testConversation({ id: 'b', lastMessageAt: at(9), updatedAt: at(9) }))
  expect(ids(all)).toEqual(['b', 'a'])
})

test('an event that was overtaken does not bring back what it knew', () => {
  const { live, ids } = setUp(testConversation({ id: 'a' }))
  showConversation(live, testConversation({ id: 'a', status: 'closed', updatedAt: at(5) }))
  showConversation(live, testConversation({ id: 'a', status: 'open', updatedAt: at(3) }))
  expect(ids(all)).toEqual([])
})

test('what was shown at once is put back when the server refuses', () => {
  const { live, first } = setUp(testConversation({ id: 'a', status: 'open' }))
  const putBack = patchConversation(live, 'a', { status: 'closed' })
  expect(first().status).toBe('closed')
  putBack()
  expect(first().status).toBe('open')
})

test('putting back leaves alone what arrived from the server in between', () => {
  const { live, first, queryClient } = setUp(testConversation({ id: 'a', unreadCount: 1 }))
  const putBack = patchConversation(live, 'a', { unreadCount: 0 })
  showConversation(live, testConversation({ id: 'a', unreadCount: 7, updatedAt: at(4) }))
  putBack()
  expect([first().unreadCount, queryClient.getQueryData<Conversation>(keys.conversation('a'))?.unreadCount]).toEqual([
    7, 7,
  ])
})

test('a chat that was removed is gone from every list, and its page knows it', () => {
  const { live, ids, queryClient } = setUp(testConversation({ id: 'a', assignedTo: 'usr_1' }))
  forgetConversation(live, 'a')
  expect([ids(all), ids(mine), queryClient.getQueryData(keys.conversation('a'))]).toEqual([[], [], null])
})
