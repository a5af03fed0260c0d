import { createServer, type ServerResponse } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { limitConnections } from './connections.ts'

async function open(most: number) {
  const inside: ServerResponse[] = []
  const server = createServer((_request, response) => void inside.push(response))
  server.on('upgrade', (_request, socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n'))
  const count = limitConnections(server, most)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  const lines: Socket[] = []
  onTestFinished(() => {
    for (const line of lines) line.destroy()
    server.close()
  })
  async function dial(text = '') {
    const line = connect(port, '127.0.0.1')
    lines.push(line)
    line.on('error', () => {}).resume()
    await new Promise((connected) => line.once('connect', connected))
    const before = inside.length
    if (text) line.write(text)
    if (text.startsWith('GET /')) await expect.poll(() => inside.length).toBe(before + 1)
    return line
  }
  return { dial, count, inside }
}

const request = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'

test('the connection that asked for nothing for the longest time makes room for the next', async () => {
  const { dial, count } = await open(3)
  const [first, second, third] = [await dial(), await dial('G'), await dial()]
  const fourth = await dial()
  await expect.poll(() => first.closed).toBe(true)
  expect([second, third, fourth].map(({ closed }) => closed)).toEqual([false, false, false])
  expect(count()).toBe(3)
})

test('whoever waits for an answer keeps the connection, and is quiet again after it', async () => {
  const { dial, inside } = await open(2)
  const asks = await dial(request)
  const idle = await dial()
  await dial()
  await expect.poll(() => idle.closed).toBe(true)
  expect(asks.closed).toBe(false)
  inside[0]!.end()
  await new Promise((answered) => inside[0]!.once('close', answered))
  await dial()
  await dial()
  await expect.poll(() => asks.closed).toBe(true)
})

test('live connections are not idle', async () => {
  const { dial } = await open(2)
  const live = await dial('HEAD /live HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  await new Promise((answered) => live.once('data', answered))
  const idle = await dial()
  await dial()
  await expect.poll(() => idle.closed).toBe(true)
  expect(live.closed).toBe(false)
})

test('when all are busy, the newcomer has to come again', async () => {
  const { dial, count } = await open(2)
  await dial(request)
  await dial(request)
  const late = await dial()
  await expect.poll(() => late.closed).toBe(true)
  expect(count()).toBe(2)
})
