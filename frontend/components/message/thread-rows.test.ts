import { expect, test } from 'vitest'
import { testMessage } from '../../test-message.ts'
import { buildRows, firstUnreadOf } from './thread-rows.ts'

const at = (minute: number) => new Date(Date.parse('2026-11-21T10:00:00.000Z') + minute * 60_000).toISOString()
const options = { firstUnreadId: null, waiting: [], rowKey: (id: string) => id }
const outline = (rows: ReturnType<typeof buildRows>) =>
  rows.map((row) =>
    row.kind === 'message' ? `${row.message.id}${row.first ? '<' : ''}${row.last ? '>' : ''}` : row.kind,
  )

test('bubbles by one hand within five minutes form a group', () => {
  const messages = [
    testMessage({ id: 'a', sentAt: at(0) }),
    testMessage({ id: 'b', sentAt: at(1) }),
    testMessage({ id: 'c', sentAt: at(7) }),
    testMessage({ id: 'd', sentAt: at(8), direction: 'outbound', userId: 'usr_1' }),
    testMessage({ id: 'e', sentAt: at(8), direction: 'outbound', userId: 'usr_2' }),
  ]
  expect(outline(buildRows(messages, options))).toEqual(['day', 'a<', 'b>', 'c<>', 'd<>', 'e<>'])
})

test('each day has a line, and the line of new messages begins a group', () => {
  const messages = [
    testMessage({ id: 'a', sentAt: at(-60 * 24) }),
    testMessage({ id: 'b', sentAt: at(0) }),
    testMessage({ id: 'c', sentAt: at(1) }),
  ]
  expect(outline(buildRows(messages, { ...options, firstUnreadId: 'c' }))).toEqual([
    'day',
    'a<>',
    'day',
    'b<>',
    'unread',
    'c<>',
  ])
})

test('a notice of WhatsApp is a line and ends a group', () => {
  const messages = [
    testMessage({ id: 'a' }),
    testMessage({ id: 's', type: 'system', content: { kind: 'x', body: 'x' } }),
    testMessage({ id: 'b' }),
  ]
  expect(outline(buildRows(messages, options))).toEqual(['day', 'a<>', 'notice', 'b<>'])
})

test('a reaction to a stored message has no row of its own', () => {
  const reaction = (messageId: string | null) =>
    testMessage({ id: 'r', type: 'reaction', content: { emoji: '👍', providerMessageId: 'w', messageId } })
  expect(outline(buildRows([testMessage({ id: 'a' }), reaction('a')], options))).toEqual(['day', 'a<>'])
  expect(outline(buildRows([testMessage({ id: 'a' }), reaction(null)], options))).toEqual(['day', 'a<', 'r>'])
})

test('a waiting message is drawn last, and only once when its copy has arrived', () => {
  const message = testMessage({ id: 'local:k', direction: 'outbound', userId: 'usr_1', sentAt: at(3) })
  const item = { key: 'k', message, request: {} as never, error: null, serverId: null }
  expect(outline(buildRows([testMessage({ id: 'a' })], { ...options, waiting: [item] }))).toEqual([
    'day',
    'a<>',
    'local:k<>',
  ])
  const copy = testMessage({ ...message, id: 'msg_9' })
  expect(outline(buildRows([copy], { ...options, waiting: [{ ...item, serverId: 'msg_9' }] }))).toEqual([
    'day',
    'msg_9<>',
  ])
})

test('the first unread message is counted from below among those of the customer', () => {
  const newestFirst = [
    testMessage({ id: 'd' }),
    testMessage({ id: 'c', direction: 'outbound' }),
    testMessage({ id: 'b' }),
    testMessage({ id: 'a' }),
  ]
  expect(firstUnreadOf(newestFirst, 0)).toBeNull()
  expect(firstUnreadOf(newestFirst, 2)).toBe('b')
  expect(firstUnreadOf(newestFirst, 99)).toBe('a')
})

test('notes and changes stand where they happened, and a note ends a group of bubbles', () => {
  const at = (minute: number) => `2026-11-21T10:0${minute}:00.000Z`
  const entry = (id: string, kind: 'note' | 'status', createdAt: string) => ({
    id,
    kind,
    createdAt,
    updatedAt: createdAt,
    conversationId: 'cnv_1',
    userId: null,
    text: null,
    mentions: [],
    editedAt: null,
    before: null,
    after: null,
  })
  const messages = [testMessage({ id: 'a', sentAt: at(1) }), testMessage({ id: 'b', sentAt: at(3) })]
  const entries = [entry('n', 'note', at(2)), entry('s', 'status', at(4))]
  const rows = buildRows(messages, { firstUnreadId: null, waiting: [], entries, rowKey: (id) => id })
  expect(rows.map(({ kind, key }) => (kind === 'day' ? 'day' : `${kind} ${key}`))).toEqual([
    'day',
    'message a',
    'note n',
    'message b',
    'activity s',
  ])
  expect(rows.flatMap((row) => (row.kind === 'message' ? [[row.first, row.last]] : []))).toEqual([
    [true, true],
    [true, true],
  ])
})
