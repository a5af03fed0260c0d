import { expect, test } from 'vitest'
import { testConversation } from '../test-message.ts'
import { belongsTo, queryOfView, requestOfView, unreadOf, viewOfQuery, type InboxView } from './inbox-view.ts'

const now = Date.parse('2026-11-21T12:00:00.000Z')
const later = '2026-11-22T12:00:00.000Z'
const view = (fields: Partial<InboxView> = {}): InboxView => ({ box: 'all', status: 'open', ...fields })
const belongs = (where: InboxView, fields: Parameters<typeof testConversation>[0]) =>
  belongsTo(where, testConversation(fields), 'usr_1', now)

test('a view survives the way through the address', () => {
  for (const one of [
    view(),
    view({ box: 'mine', status: 'closed' }),
    view({ channelId: 'chn_1', tag: 'VIP & co', search: 'é' }),
  ])
    expect(viewOfQuery(queryOfView(one) as never)).toEqual(one)
})

test('an address that makes no sense is the first view', () => {
  expect(viewOfQuery({ box: 'nonsense', status: ['open'], tag: [] })).toEqual(view())
})

test('a box holds what its name says', () => {
  expect([
    belongs(view({ box: 'mine' }), { assignedTo: 'usr_1' }),
    belongs(view({ box: 'mine' }), { assignedTo: 'usr_2' }),
  ]).toEqual([true, false])
  expect([
    belongs(view({ box: 'unassigned' }), {}),
    belongs(view({ box: 'unassigned' }), { assignedTo: 'usr_2' }),
  ]).toEqual([true, false])
  expect([
    belongs(view({ box: 'needs_reply' }), { needsReply: true }),
    belongs(view({ box: 'needs_reply' }), {}),
  ]).toEqual([true, false])
  expect([belongs(view({ status: 'closed' }), { status: 'closed' }), belongs(view(), { status: 'closed' })]).toEqual([
    true,
    false,
  ])
})

test('a snoozed chat is in Snoozed and nowhere else until its time has come', () => {
  expect([
    belongs(view(), { snoozedUntil: later }),
    belongs(view({ box: 'snoozed' }), { snoozedUntil: later }),
  ]).toEqual([false, true])
  const woken = '2026-11-21T11:59:59.000Z'
  expect([
    belongs(view(), { snoozedUntil: woken }),
    belongs(view({ box: 'snoozed' }), { snoozedUntil: woken }),
  ]).toEqual([true, false])
})

test('channel and tag narrow every box', () => {
  expect(belongs(view({ tag: 'VIP' }), { tags: ['VIP'] })).toBe(true)
  expect(belongs(view({ tag: 'VIP' }), { tags: ['vip'] })).toBe(false)
  expect(belongs(view({ channelId: 'chn_2' }), {})).toBe(false)
})

test('a search looks everywhere, and only the server says what it finds', () => {
  expect(requestOfView(view({ box: 'mine', status: 'closed', tag: 'x', search: 'ana' }))).toEqual({ search: 'ana' })
  expect(belongs(view({ search: 'Ana' }), {})).toBe(false)
})

test('a saved view brings its own filter, in the words of the API', () => {
  const filter = { assignedTo: 'me', needsReply: true, unread: true, tag: 'VIP' }
  expect(requestOfView(view({ viewId: 'viw_1', filter }))).toEqual({
    assignedTo: 'me',
    needsReply: 'true',
    unreadByMe: 'true',
    tag: 'VIP',
  })
  const saved = view({ viewId: 'viw_1', filter: { assignedTo: 'me', tag: 'VIP' } })
  expect(belongs(saved, { assignedTo: 'usr_1', tags: ['VIP'], status: 'closed' })).toBe(true)
  expect(belongs(saved, { assignedTo: 'usr_2', tags: ['VIP'] })).toBe(false)
  expect(belongs(saved, { assignedTo: 'usr_1' })).toBe(false)
})

test('what is unread is what this person has not seen; whoever was only told by an event has seen nothing', () => {
  expect(unreadOf(testConversation({ inboundCount: 5, seenByMe: 3, unreadCount: 0 }))).toBe(2)
  expect(unreadOf(testConversation({ inboundCount: 5, seenByMe: 5, unreadCount: 2 }))).toBe(0)
  expect(unreadOf(testConversation({ inboundCount: 5, unreadCount: 2 }))).toBe(2)
})
