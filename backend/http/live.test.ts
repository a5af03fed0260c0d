import { io, type Socket } from 'socket.io-client'
import { describe, expect, onTestFinished, test } from 'vitest'
import { serverEvents } from '../contract/events.ts'
import { connectSimulator, openStores, register } from '../test/world.ts'

const stores = await openStores()
const other = { workspaceName: 'Other', name: 'Zoe', email: 'zoe@example.com', password: 'a calm river in may 8' }

describe.each(stores)('live, on $kind', ({ databaseUrl }) => {
  async function open() {
    const connected = await connectSimulator({ databaseUrl: await databaseUrl() })
    onTestFinished(connected.close)
    const { test: app, simulator } = connected

    function connect(cookie: string, headers: Record<string, string> = {}) {
      const extraHeaders = { cookie, origin: app.url, ...headers }
      const socket = io(app.url, { transports: ['websocket'], extraHeaders, reconnection: false, forceNew: true })
      onTestFinished(() => void socket.disconnect())
      const heard: { name: keyof typeof serverEvents; payload: unknown }[] = []
      socket.onAny((name: string, payload: unknown) => heard.push({ name: name as keyof typeof serverEvents, payload }))
      return { socket, heard }
    }
    async function settle() {
      await simulator.settled()
      await app.settle()
    }
    return { ...connected, app, connect, settle }
  }
  const next = (socket: Socket, name: string) =>
    new Promise<never>((resolve) => socket.once(name, resolve as () => void))

  test('a customer’s photo appears, then its bytes, and nobody else hears of it', async () => {
    const { app, simulator, connect, settle } = await open()
    const cookie = await register(app, other)
    // The practice customer of the new workspace has said hello.
    await settle()
    const stranger = connect(cookie)
    const olga = connect(app.cookie)
    await Promise.all([next(olga.socket, 'hello'), next(stranger.socket, 'hello')])
    const ready = next(olga.socket, 'message:updated')
    simulator.receive('image', { caption: 'Olha' })
    await settle()
    expect(await ready).toMatchObject({ message: { content: { caption: 'Olha', media: { state: 'ready' } } } })
    expect(olga.heard.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['hello', 'message:new', 'message:updated']),
    )
    // Not a field more than the contract has.
    for (const { name, payload } of olga.heard) expect(serverEvents[name].parse(payload)).toEqual(payload)
    expect(stranger.heard.map(({ name }) => name)).toEqual(['hello'])
  })

  test('signing out closes the line at once', async () => {
    const { app, connect } = await open()
    const { socket } = connect(app.cookie)
    await next(socket, 'hello')
    const ended = Promise.all([next(socket, 'goodbye'), next(socket, 'disconnect')])
    expect((await app.call('POST', '/api/auth/logout')).status).toBe(200)
    expect(await ended).toEqual([{ reason: 'session_ended' }, 'io server disconnect'])
  })

  test('without a session, or from another website, nobody hears anything', async () => {
    const { app, connect } = await open()
    const nobody = connect('')
    expect(await next(nobody.socket, 'connect_error')).toMatchObject({ data: { code: 'auth.required' } })
    const evil = connect(app.cookie, { origin: 'https://evil.example' })
    await next(evil.socket, 'connect_error')
    expect([...nobody.heard, ...evil.heard]).toEqual([])
  })

  test('nobody enters a conversation of another workspace', async () => {
    const { app, simulator, connect, settle } = await open()
    const cookie = await register(app, other)
    const { id: strangersHouse } = (await app.call('GET', '/api/auth/me', undefined, { cookie })).body.data.workspace
    simulator.receive('text', { body: 'Oi' })
    await settle()
    const [conversation] = (await app.call('GET', '/api/conversations')).body.data.conversations
    const stranger = connect(cookie)
    const olga = connect(app.cookie)
    await Promise.all([next(olga.socket, 'hello'), next(stranger.socket, 'hello')])
    stranger.socket.emit('join-conversation', conversation.id)
    /** What was said to the stranger before has arrived then. */
    async function catchUp() {
      const heard = next(stranger.socket, 'team:changed')
      app.app.realtime.publish(strangersHouse, [{ name: 'team:changed', payload: {} }])
      await heard
    }
    await catchUp()
    await app.call('GET', '/api/conversations', undefined, { cookie })
    olga.socket.emit('typing:start', { conversationId: conversation.id })
    await expect.poll(() => simulator.ledger.readReceipts.filter(({ typing }) => typing).length).toBe(1)
    await catchUp()
    expect(stranger.heard.map(({ name }) => name)).toEqual(['hello', 'team:changed', 'team:changed'])
  })

  test('the customer sees that somebody types', async () => {
    const { app, simulator, connect, settle } = await open()
    simulator.receive('text', { body: 'Oi' })
    await settle()
    const { socket } = connect(app.cookie)
    await next(socket, 'hello')
    const [conversation] = (await app.call('GET', '/api/conversations')).body.data.conversations
    socket.emit('typing:start', { conversationId: conversation.id })
    await expect.poll(() => simulator.ledger.readReceipts.filter(({ typing }) => typing).length).toBe(1)
  })
})
