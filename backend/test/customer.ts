import { onTestFinished } from 'vitest'
import type { Conversation } from '../contract/conversations.ts'
import type { Message } from '../contract/messages.ts'
import { hour } from '../platform/clock.ts'
import { connectSimulator, ripen } from './world.ts'

/** A connected number and one customer whose phone has the app's clock, for what depends on hours of silence. */
export async function openCustomer(databaseUrl: string | undefined, env: Record<string, string> = {}) {
  const { test: app, simulator, close } = await connectSimulator({ databaseUrl, env })
  onTestFinished(close)

  async function settle() {
    for (let round = 0; round < 3; round++) {
      await simulator.settled()
      await ripen(app)
      await app.settle()
    }
  }
  async function say(text: string, from = '5511987654321') {
    simulator.receive('text', { body: text }, { from, timestamp: Math.floor(app.clock.now().getTime() / 1000) })
    await settle()
  }
  /** Time passes, and whatever looks around at intervals does so. */
  async function wait(hours: number) {
    app.clock.advance(hours * hour)
    await app.app.sweep()
    await settle()
  }
  const chats = async (): Promise<Conversation[]> =>
    (await app.call('GET', '/api/conversations')).body.data.conversations
  const chat = async () => (await chats())[0]!
  async function answer(text: string) {
    const sent = await app.call('POST', '/api/messages', {
      conversationId: (await chat()).id,
      type: 'text',
      content: { text },
    })
    await settle()
    return sent
  }
  /** What automation wrote, the oldest first. */
  async function written(): Promise<Message[]> {
    const { messages } = (await app.call('GET', '/api/messages?limit=100')).body.data
    return messages.filter(({ source }: Message) => source === 'automation').toReversed()
  }
  const runs = async () => (await app.call('GET', '/api/automation/runs')).body.data.runs
  return { app, simulator, settle, say, wait, chat, chats, answer, written, runs }
}
