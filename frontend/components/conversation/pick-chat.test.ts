import { expect, test } from 'vitest'
import type { Channel } from '#contract/channels.ts'
import type { Conversation } from '#contract/conversations.ts'
import { belongsTo, requestOfView } from '../../state/inbox-view.ts'
import { chatHint, viewToPickFrom } from './pick-chat.ts'

const chat = (more: Partial<Conversation>) =>
  ({ id: 'cnv_1', channelId: 'cha_1', contactPhone: '+351912345678', tags: [], ...more }) as Conversation
const channels = [
  { id: 'cha_1', name: 'Shop' },
  { id: 'cha_2', name: 'Café' },
] as Channel[]

test('whoever is chosen for a trial may have a chat that is open, closed or asleep', () => {
  const view = viewToPickFrom('  ')
  expect(requestOfView(view)).toEqual({})
  const sleeping = chat({ status: 'open', snoozedUntil: '2030-01-01T00:00:00.000Z' })
  for (const one of [chat({ status: 'closed', snoozedUntil: null }), sleeping])
    expect(belongsTo(view, one, 'usr_1', Date.parse('2029-01-01'))).toBe(true)
})

test('words are asked of the server', () => {
  expect(requestOfView(viewToPickFrom(' ana '))).toEqual({ search: 'ana' })
})

test('chats are told apart by the number, and by our own where there are several', () => {
  expect(chatHint(chat({}), channels.slice(0, 1))).toBe('+351 912 345 678')
  expect(chatHint(chat({ contactPhone: null, channelId: 'cha_2' }), channels)).toBe('No number · Café')
})
