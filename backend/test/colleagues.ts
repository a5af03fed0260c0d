import { onTestFinished } from 'vitest'
import type { Conversation } from '../contract/conversations.ts'
import { connectSimulator, type Answer } from './world.ts'

type Call = (method: string, path: string, body?: unknown) => Promise<Answer>
export type Colleague = { id: string; name: string; cookie: string; call: Call }

/** A workspace with a connected number, one customer who wrote "Hello", its owner Olga and the agent Ana. */
export async function openColleagues(databaseUrl: string | undefined) {
  const { test: app, simulator, close } = await connectSimulator({ databaseUrl })
  onTestFinished(close)
  const colleague = (id: string, name: string, cookie: string): Colleague => ({
    id,
    name,
    cookie,
    call: (method, path, body) => app.call(method, path, body, { cookie }),
  })
  const me = await app.call('GET', '/api/auth/me')
  const olga = colleague(me.body.data.user.id, me.body.data.user.name, app.cookie)

  async function join(name: string, role = 'agent'): Promise<Colleague> {
    const email = `${name.toLowerCase()}@example.com`
    const { body } = await app.call('POST', '/api/team/invitations', { email, role })
    const token = body.data.link.split('#').at(-1)
    const accepted = { token, name, password: 'green boats on grey water 3' }
    const answer = await app.call('POST', '/api/invitations/accept', accepted, { cookie: null })
    return colleague(answer.body.data.user.id, name, answer.headers.get('set-cookie')!.split(';')[0]!)
  }

  async function receive(text: string) {
    simulator.receive('text', { body: text })
    await simulator.settled()
    await app.settle()
  }

  const ana = await join('Ana')
  await receive('Hello')
  const list = await olga.call('GET', '/api/conversations')
  const chat: Conversation = list.body.data.conversations[0]
  const path = `/api/conversations/${chat.id}`
  return { app, simulator, olga, ana, join, receive, chat, path }
}
