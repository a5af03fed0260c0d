import { expect, test } from 'vitest'
import { testMessage } from '../test-message.ts'
import { createOutbox, localId } from './outbox.ts'

const mine = (key: string, text: string) => ({
  key,
  request: {} as never,
  message: testMessage({ id: localId(key), direction: 'outbound', userId: 'usr_1', content: { text } }),
})
const copy = (id: string, text: string, fields = {}) =>
  testMessage({ id, direction: 'outbound', userId: 'usr_1', content: { text }, ...fields })

test('a live event claims the oldest waiting message that says the same, once', () => {
  const outbox = createOutbox()
  outbox.add(mine('a', 'hi'))
  outbox.add(mine('b', 'hi'))
  outbox.claim(copy('msg_1', 'hi'))
  outbox.claim(copy('msg_2', 'hi'))
  expect(outbox.items.value.map(({ serverId }) => serverId)).toEqual(['msg_1', 'msg_2'])
})

test('the message of a colleague, of another chat or with another text claims nothing', () => {
  const outbox = createOutbox()
  outbox.add(mine('a', 'hi'))
  for (const other of [
    copy('1', 'hi', { userId: 'usr_2' }),
    copy('2', 'hi', { conversationId: 'cnv_2' }),
    copy('3', 'ho'),
  ])
    outbox.claim(other)
  expect(outbox.items.value[0]!.serverId).toBeNull()
})

test('the row keeps its key when the copy of the server takes over', () => {
  const outbox = createOutbox()
  outbox.add(mine('a', 'hi'))
  outbox.settle('a', 'msg_1')
  expect([outbox.items.value.length, outbox.rowKey('msg_1'), outbox.rowKey('msg_2')]).toEqual([0, 'local:a', 'msg_2'])
})

test('a try that seemed to fail is settled when its message arrives after all', () => {
  const outbox = createOutbox()
  outbox.add(mine('a', 'hi'))
  outbox.fail('a', 'Parley cannot be reached.')
  outbox.claim(copy('msg_1', 'hi'))
  expect(outbox.items.value).toEqual([])
})

test('trying again clears the reason, and adding the same key replaces it', () => {
  const outbox = createOutbox()
  outbox.add(mine('a', 'hi'))
  outbox.fail('a', 'No.')
  expect(outbox.retry('a')?.error).toBeNull()
  outbox.add(mine('a', 'hi'))
  expect(outbox.items.value.length).toBe(1)
})
