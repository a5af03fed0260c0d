import { io, type Socket } from 'socket.io-client'
import { atLeast, medianBy, type Section } from '../figures.ts'
import { runLoad } from '../load.ts'
import { freePort, startParley, startProgram, waitFor, type StoreKind } from '../processes.ts'
import { textWebhook } from '../webhooks.ts'

type Options = { clients: number; messages: number; runs: number }

/** New messages to 200 browsers, beside a bare Socket.IO server that only broadcasts. */
export async function measureFanOut(store: StoreKind, { clients, messages, runs }: Options): Promise<Section> {
  const limits: number[] = []
  const results: number[] = []
  for (let run = 0; run < runs; run++) {
    limits.push(await fanOutLimit(clients, messages))
    results.push(await fanOut(store, clients, messages))
  }
  const middle = (values: number[]) => medianBy(values, (value) => value)
  return {
    title: `Live events to ${clients} browsers, ${store}`,
    note: `${messages} new messages; Parley stores each of them on the way, the limit only broadcasts. The clients share the machine.`,
    columns: ['delivered/s'],
    rows: [
      { name: 'bare Socket.IO', cells: [middle(limits)] },
      { name: 'parley, from the webhook to the browser', cells: [middle(results)] },
    ],
    goals: [atLeast('delivered, of bare Socket.IO', middle(results) / middle(limits), 0.8)],
  }
}

async function connectAll(port: number, clients: number, onMessage: () => void, cookie?: string): Promise<Socket[]> {
  const sockets = Array.from({ length: clients }, () =>
    io(`http://127.0.0.1:${port}`, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      ...(cookie ? { extraHeaders: { cookie, origin: `http://127.0.0.1:${port}` } } : {}),
    }),
  )
  for (const socket of sockets) socket.on('message:new', onMessage)
  await waitFor(async () => sockets.every((socket) => socket.connected), { every: 20 })
  return sockets
}

async function fanOut(store: StoreKind, clients: number, messages: number): Promise<number> {
  const parley = await startParley(store)
  let delivered = 0
  const sockets = await connectAll(parley.port, clients, () => delivered++, parley.cookie)
  try {
    const webhooks = Array.from({ length: messages }, (_, index) =>
      textWebhook('fan', index, { path: '/api/webhooks/meta' }),
    )
    const before = delivered
    const started = performance.now()
    await runLoad({ port: parley.port, connections: 10, seconds: 60, next: () => webhooks.pop() })
    await waitFor(async () => delivered - before >= messages * clients, { every: 5 })
    return (messages * clients) / ((performance.now() - started) / 1000)
  } finally {
    for (const socket of sockets) socket.close()
    await parley.remove()
  }
}

async function fanOutLimit(clients: number, messages: number): Promise<number> {
  const server = await startProgram('bench/limits/broadcast.ts', { PORT: String(await freePort()) }, null)
  let delivered = 0
  const sockets = await connectAll(server.port, clients, () => delivered++)
  try {
    const started = performance.now()
    sockets[0]!.emit('broadcast', messages)
    await waitFor(async () => delivered >= messages * clients, { every: 5 })
    return (messages * clients) / ((performance.now() - started) / 1000)
  } finally {
    for (const socket of sockets) socket.close()
    await server.stop()
  }
}
