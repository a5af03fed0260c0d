import { expect, test } from 'vitest'
import { createPresence } from './presence.ts'

const ana = { id: 'usr_ana', name: 'Ana' }
const zoe = { id: 'usr_zoe', name: 'Zoe' }

test('a person with two browsers is one viewer, until the last one leaves', () => {
  const presence = createPresence()
  presence.enter('ws_1', 'cnv_1', 'socket 1', ana)
  presence.enter('ws_1', 'cnv_1', 'socket 2', ana)
  presence.leave('cnv_1', 'socket 1')
  expect(presence.viewersOf('ws_1', 'cnv_1')).toEqual([ana])
  presence.leave('cnv_1', 'socket 2')
  expect(presence.conversationsIn('ws_1')).toEqual([])
})

test('viewers of another workspace are never shown, even under the same id', () => {
  const presence = createPresence()
  presence.enter('ws_1', 'cnv_1', 'socket 1', ana)
  presence.hear('peer', { workspaceId: 'ws_2', conversationId: 'cnv_1', users: [zoe] })
  expect(presence.viewersOf('ws_1', 'cnv_1')).toEqual([ana])
  expect(presence.viewersOf('ws_2', 'cnv_1')).toEqual([zoe])
})

test('forgetting a process tells which views are no longer true', () => {
  const presence = createPresence()
  presence.hear('peer', { workspaceId: 'ws_1', conversationId: 'cnv_1', users: [zoe] })
  presence.hear('peer', { workspaceId: 'ws_1', conversationId: 'cnv_2', users: [zoe] })
  presence.hear('peer', { workspaceId: 'ws_1', conversationId: 'cnv_2', users: [] })
  expect(presence.forget('peer').map(({ conversationId }) => conversationId)).toEqual(['cnv_1'])
  expect(presence.viewersOf('ws_1', 'cnv_1')).toEqual([])
})
