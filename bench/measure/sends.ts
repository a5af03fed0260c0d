import { medianBy, type Section } from '../figures.ts'
import { buildRequest, runLoad } from '../load.ts'
import { freePort, startParley, startProgram, waitFor, type StoreKind } from '../processes.ts'
import { textWebhook, throughputWebhook } from '../webhooks.ts'

type Options = { count: number; runs: number }

/** Messages per second from the API to the simulator of Meta, each to another customer, until the simulator has them all. */
export async function measureSends(store: StoreKind, { count, runs }: Options): Promise<Section> {
  const results: { created: number; sent: number }[] = []
  for (let run = 0; run < runs; run++) results.push(await sendOnce(store, count))
  const median = medianBy(results, ({ sent }) => sent)
  return {
    title: `Sending, ${store}`,
    note: `${count} texts to ${count} customers, 10 connections to the API. Meta takes 80 messages a second per number, in and out together, or 1,000 from a number with high throughput, as here; Parley keeps half of it for what comes in, so 500 a second is the most it sends.`,
    columns: ['created/s', 'sent/s'],
    rows: [{ name: 'parley', cells: [median.created, median.sent] }],
    goals: [],
  }
}

async function sendOnce(store: StoreKind, count: number): Promise<{ created: number; sent: number }> {
  const simulator = await startProgram('bench/graph.ts', { PORT: String(await freePort()) }, '/count')
  const parley = await startParley(store, { WHATSAPP_GRAPH_URL: `http://127.0.0.1:${simulator.port}` })
  try {
    const customers = Array.from({ length: count }, (_, index) =>
      textWebhook('open', index, { path: '/api/webhooks/meta', contacts: count }),
    )
    customers.push(throughputWebhook('/api/webhooks/meta'))
    await runLoad({ port: parley.port, connections: 10, seconds: 60, next: () => customers.pop() })
    const received = async () => Number(await (await fetch(`http://127.0.0.1:${simulator.port}/count`)).text())
    const headers = { cookie: parley.cookie, 'sec-fetch-site': 'same-origin' }
    const sends = Array.from({ length: count }, (_, index) =>
      buildRequest(
        'POST',
        '/api/messages',
        headers,
        JSON.stringify({
          to: `+5511900${100_000 + index}`,
          type: 'text',
          content: { text: 'Your order is on its way.' },
        }),
      ),
    )
    const started = performance.now()
    const created = await runLoad({ port: parley.port, connections: 10, seconds: 120, next: () => sends.pop() })
    const stored = created.statuses['201'] ?? 0
    await waitFor(async () => (await received()) >= stored, { every: 20 })
    return { created: created.perSecond, sent: stored / ((performance.now() - started) / 1000) }
  } finally {
    await parley.remove()
    await simulator.stop()
  }
}
