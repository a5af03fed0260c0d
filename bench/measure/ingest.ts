import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atLeast, atMost, medianBy, type Section } from '../figures.ts'
import { runLoad, type LoadResult } from '../load.ts'
import {
  callParley,
  createDatabase,
  freePort,
  startParley,
  startProgram,
  waitFor,
  type StoreKind,
} from '../processes.ts'
import { buildWebhooks } from '../webhooks.ts'

type Options = { seconds: number; runs: number }
const connections = [1, 10, 50]
/** What one run can use up; a run that is faster than this ends early and is measured over its own time. */
const supply = (seconds: number) => Math.ceil(seconds * 25_000)

/** Accepted webhooks per second, durable before the 200, beside the bare limits of the same run. */
export async function measureIngest(store: StoreKind, { seconds, runs }: Options): Promise<Section> {
  const limit = store === 'json' ? 'file' : 'pgbatch'
  const figures = new Map<string, LoadResult>()
  const rounds = Array.from({ length: runs }, (_, round) => round)
  for (const count of connections) {
    const results: Record<string, LoadResult[]> = { ack: [], [limit]: [], parley: [] }
    // Taken in turn, so that a slow minute of the machine hits all of them.
    for (const round of rounds) {
      results['ack']!.push(await runLimit('ack', count, seconds, `${round}`))
      results[limit]!.push(await runLimit(limit, count, seconds, `${round}`))
      results['parley']!.push(await runParley(store, count, seconds, `${round}`))
    }
    for (const [name, all] of Object.entries(results))
      figures.set(
        `${name} ${count}`,
        medianBy(all, ({ perSecond }) => perSecond),
      )
  }
  const get = (name: string, count: number) => figures.get(`${name} ${count}`)!
  return {
    title: `Webhook ingest, ${store}`,
    note:
      'Signed 530-byte text webhooks; `ack` = Express and HMAC only, `' +
      limit +
      '` = the same and durable. p50 and p99 in milliseconds.',
    columns: ['connections', 'accepted/s', 'ratio to limit', 'p50', 'p99', 'refused'],
    rows: connections.flatMap((count) =>
      ['ack', limit, 'parley'].map((name) => {
        const { perSecond, p50, p99, statuses, answers } = get(name, count)
        return {
          name,
          cells: [
            count,
            perSecond,
            perSecond / get(limit, count).perSecond,
            p50,
            p99,
            answers - (statuses['200'] ?? 0),
          ],
        }
      }),
    ),
    goals: [
      ...[10, 50].map((count) =>
        atLeast(
          `accepted at ${count} connections, of the limit`,
          get('parley', count).perSecond / get(limit, count).perSecond,
          0.6,
        ),
      ),
      atMost('p99 at 50 connections, of the bare acknowledgement’s', get('parley', 50).p99 / get('ack', 50).p99, 1),
    ],
  }
}

async function runLimit(limit: string, count: number, seconds: number, run: string): Promise<LoadResult> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-limit-'))
  const database = limit === 'pgbatch' ? await createDatabase() : undefined
  const port = await freePort()
  const server = await startProgram(
    'bench/limits/ingest.ts',
    { LIMIT: limit, PORT: String(port), FOLDER: folder, ...(database ? { DATABASE_URL: database.url } : {}) },
    null,
  )
  try {
    return await flood(port, '/webhook', count, seconds, `limit-${run}`)
  } finally {
    await server.stop()
    await rm(folder, { recursive: true })
    await database?.drop()
  }
}

async function runParley(store: StoreKind, count: number, seconds: number, run: string): Promise<LoadResult> {
  const parley = await startParley(store)
  try {
    return await flood(parley.port, '/api/webhooks/meta', count, seconds, `run-${run}`)
  } finally {
    await parley.remove()
  }
}

async function flood(port: number, path: string, count: number, seconds: number, run: string): Promise<LoadResult> {
  const warm = buildWebhooks(`${run}-warm`, 1000, path)
  await runLoad({ port, connections: count, seconds: 1, next: () => warm.pop() })
  const requests = buildWebhooks(run, supply(seconds), path)
  return runLoad({ port, connections: count, seconds, next: () => requests.pop() })
}

/** From the first request to the moment the last message is in the inbox list, and from the last acknowledgement to it. */
export async function measureProcessing(store: StoreKind, { runs }: Options): Promise<Section> {
  const results: { processed: number; visible: number; socket: number }[] = []
  for (let round = 0; round < runs; round++) results.push(await processOnce(store, round))
  const processed = medianBy(results, (run) => run.processed).processed
  const visible = medianBy(results, (run) => run.visible).visible
  return {
    title: `Processing, ${store}`,
    note: 'Messages per second until contact, conversation and message are stored and the live event is out; 20,000 messages at 10 connections. Visible: 1,000 messages, last acknowledgement to the last one in the list API.',
    columns: ['processed/s', 'visible after (s)'],
    rows: [{ name: 'parley', cells: [processed, visible] }],
    goals: [
      atLeast('processed per second', processed, store === 'json' ? 3000 : 1500),
      atMost('1,000 messages visible, seconds after the last acknowledgement', visible, 0.1),
    ],
  }
}

async function processOnce(store: StoreKind, round: number) {
  const parley = await startParley(store)
  try {
    const inbound = async () => {
      const answer = await callParley(
        parley.port,
        'GET',
        '/api/messages?direction=inbound&page=1&limit=1',
        undefined,
        parley.cookie,
      )
      return ((await answer.json()) as { data: { pagination: { total: number } } }).data.pagination.total
    }
    const drained = async (count: number, every: number) => {
      const ended = performance.now()
      await waitFor(async () => (await inbound()) >= count, { every })
      return (performance.now() - ended) / 1000
    }
    const before = await inbound()
    const few = buildWebhooks(`few-${round}`, 1000, '/api/webhooks/meta')
    await runLoad({ port: parley.port, connections: 10, seconds: 30, next: () => few.pop() })
    const visible = await drained(before + 1000, 5)
    const many = buildWebhooks(`many-${round}`, 20_000, '/api/webhooks/meta')
    const started = performance.now()
    const { statuses } = await runLoad({ port: parley.port, connections: 10, seconds: 60, next: () => many.pop() })
    await drained(before + 1000 + (statuses['200'] ?? 0), 50)
    return { processed: (statuses['200'] ?? 0) / ((performance.now() - started) / 1000), visible, socket: visible }
  } finally {
    await parley.remove()
  }
}
