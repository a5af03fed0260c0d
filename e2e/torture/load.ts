import { setTimeout as pause } from 'node:timers/promises'
import { waitUntil } from '../house.ts'
import type { Client, Request } from './client.ts'
import type { Stage } from './stage.ts'

const workers = 12
const chatsOfWorker = 10
/** So that the load stays under what a number may send in a second. */
const restMs = [40, 140] as const

type Chat = { id: string; contactId: string }
export type Load = {
  /** Until it is told to stop: every kind of write, one after the other in each chat, and customers who write. */
  run(): Promise<void>
  stop(): void
  /** What customers wrote, by marker. */
  written: string[]
  /** Who asked for the opening hours, and gets one automatic answer. */
  askers: string[]
}

const phoneOf = (index: number) => `1999${String(5_000_000 + index)}`

export async function prepareLoad(stage: Stage, client: Client): Promise<Load> {
  const { simulator, ask } = stage
  const count = workers * chatsOfWorker
  for (let index = 0; index < count; index++)
    simulator.receive('text', { body: `opening ${index}` }, { from: phoneOf(index) })
  const chats = await findChats(stage, count)
  const { id: userId } = (await ask('GET', '/api/auth/me')).user as { id: string }
  await ask('POST', '/api/automation/rules', {
    name: 'Hours',
    trigger: { kind: 'keyword', match: 'contains', words: ['hours'] },
    steps: [{ kind: 'text', text: 'We open at eight, {{name}}.' }],
  })
  const written: string[] = []
  const askers: string[] = []
  let goesOn = true
  let serial = 0

  async function work(own: readonly Chat[]): Promise<void> {
    while (goesOn) {
      const chat = own[Math.floor(Math.random() * own.length)]!
      await client.request(makeRequest(chat, own, userId, `t${++serial}`))
      await pause(restMs[0] + Math.random() * (restMs[1] - restMs[0]))
    }
  }

  async function write(): Promise<void> {
    while (goesOn) {
      const marker = `in${++serial}`
      if (serial % 7 === 0) {
        const phone = `1888${String(5_000_000 + askers.length)}`
        askers.push(phone)
        simulator.receive('text', { body: 'What are your hours?' }, { from: phone })
      } else {
        written.push(marker)
        simulator.receive('text', { body: marker }, { from: phoneOf(Math.floor(Math.random() * count)) })
      }
      await pause(60)
    }
  }

  return {
    written,
    askers,
    stop: () => void (goesOn = false),
    async run() {
      const groups = Array.from({ length: workers }, (_, nth) =>
        chats.slice(nth * chatsOfWorker, (nth + 1) * chatsOfWorker),
      )
      await Promise.all([...groups.map(work), write()])
    },
  }
}

async function findChats({ ask }: Stage, count: number): Promise<Chat[]> {
  const chats: Chat[] = []
  await waitUntil(async () => {
    chats.length = 0
    for (let page = 1; ; page++) {
      const { conversations } = await ask('GET', `/api/conversations?limit=50&page=${page}`)
      chats.push(...(conversations as Chat[]))
      if (conversations.length < 50) return chats.length >= count
    }
  })
  return chats
}

/** Each carries its marker to the place where the audit looks for it. */
function makeRequest(chat: Chat, own: readonly Chat[], userId: string, marker: string): Request {
  const { id, contactId } = chat
  const post = (kind: string, path: string, body: object) => ({ kind, method: 'POST', path, body, marker })
  const soon = new Date(Date.now() + 1500).toISOString()
  const text = { conversationId: id, type: 'text', content: { text: marker } }
  const chance = Math.random()
  if (chance < 0.3) return post('message', '/api/messages', text)
  if (chance < 0.4) return post('scheduled', '/api/scheduled-messages', { message: text, sendAt: soon })
  if (chance < 0.5) return post('reminder', '/api/reminders', { conversationId: id, note: marker, dueAt: soon })
  if (chance < 0.65) return post('lead', '/api/leads', { contactId, title: marker })
  if (chance < 0.8) return post('note', `/api/conversations/${id}/notes`, { text: marker })
  if (chance < 0.9)
    return post('contact', '/api/contacts', { name: marker, phone: `+1777${marker.slice(1).padStart(7, '0')}` })
  if (chance < 0.95) {
    const ids = own.map((one) => one.id)
    return post('bulk', '/api/conversations/bulk', { ids, change: { assignedTo: userId } })
  }
  return { kind: 'tag', method: 'PATCH', path: `/api/conversations/${id}`, body: { tags: [marker] }, marker }
}
