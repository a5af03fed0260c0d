import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { atMost, medianBy, type Section } from '../figures.ts'
import { buildRequest, runLoad, type LoadResult } from '../load.ts'
import {
  callParley,
  createDatabase,
  freePort,
  startParley,
  startProgram,
  type Parley,
  type StoreKind,
} from '../processes.ts'

type Options = {
  seconds: number
  runs: number
  sizes?: readonly { conversations: number; messages: number; label: string }[]
}
type Pages = { list: LoadResult; thread: LoadResult; busyList: LoadResult; busyThread: LoadResult }

const allSizes = [
  { conversations: 1000, messages: 10, label: '1k / 10k' },
  { conversations: 10_000, messages: 10, label: '10k / 100k' },
  { conversations: 10_000, messages: 100, label: '10k / 1M' },
]

/** A page of 20 conversations and of 50 messages, at three sizes of the store, beside one indexed read of the same run. */
export async function measureReads(store: StoreKind, { seconds, runs, sizes = allSizes }: Options): Promise<Section> {
  const rows: Section['rows'] = []
  const medians = new Map<string, Pages>()
  for (const size of sizes) {
    const limit = size.messages === 10 ? await readLimit(store, size, { seconds, runs }) : undefined
    const parley = await readParley(store, size, { seconds, runs })
    for (const [name, pages] of Object.entries({ limit, parley })) {
      if (!pages) continue
      medians.set(`${name} ${size.label}`, pages)
      rows.push({
        name: `${name}, ${size.label}`,
        cells: [
          pages.list.p50,
          pages.list.p99,
          pages.busyList.perSecond,
          pages.thread.p50,
          pages.thread.p99,
          pages.busyThread.perSecond,
        ],
      })
    }
  }
  const get = (name: string, index: number) => medians.get(`${name} ${sizes[index]!.label}`)!
  return {
    title: `Reading a page, ${store}`,
    note: 'Conversations / messages in the store. List: 20 conversations; thread: 50 messages (all of a conversation where it has fewer). p50 and p99 in milliseconds at 1 connection, rate at 10.',
    columns: ['list p50', 'list p99', 'list/s', 'thread p50', 'thread p99', 'thread/s'],
    rows,
    goals: (['list', 'thread'] as const).flatMap((page) => [
      atMost(
        `${page} p50 at ${sizes[1]!.label}, of the limit`,
        get('parley', 1)[page].p50 / get('limit', 1)[page].p50,
        2,
      ),
      atMost(
        `${page} p50 growth from ${sizes[0]!.label} to ${sizes[1]!.label}`,
        get('parley', 1)[page].p50 / get('parley', 0)[page].p50,
        1.2,
      ),
      atMost(`${page} p99 at the largest size (ms)`, get('parley', sizes.length - 1)[page].p99, 20),
    ]),
  }
}

type Size = { conversations: number; messages: number }

async function readLimit(store: StoreKind, size: Size, options: Options): Promise<Pages> {
  const database = store === 'postgres' ? await createDatabase() : undefined
  const server = await startProgram(
    'bench/limits/reads.ts',
    {
      LIMIT: store === 'postgres' ? 'postgres' : 'memory',
      PORT: String(await freePort()),
      CONVERSATIONS: String(size.conversations),
      MESSAGES: String(size.messages),
      ...(database ? { DATABASE_URL: database.url } : {}),
    },
    null,
  )
  const { token } = JSON.parse(server.line) as { token: string }
  const headers = { authorization: `Bearer ${token}` }
  const threads = Array.from({ length: 500 }, (_, index) =>
    buildRequest('GET', `/messages?conversation=${1 + ((index * 7919) % size.conversations)}`, headers),
  )
  try {
    return await readPages(server.port, [buildRequest('GET', '/conversations', headers)], threads, options)
  } finally {
    await server.stop()
    await database?.drop()
  }
}

async function readParley(store: StoreKind, size: Size, options: Options): Promise<Pages> {
  const parley = await startParley(store)
  await parley.stop()
  await seed(parley, size)
  const server = await startProgram('build/main.js', parley.env, '/livez')
  try {
    const headers = { cookie: parley.cookie }
    const answer = await callParley(
      server.port,
      'GET',
      '/api/conversations?status=open&limit=100',
      undefined,
      parley.cookie,
    )
    const { data } = (await answer.json()) as { data: { conversations: { id: string }[] } }
    const threads = data.conversations.map(({ id }) =>
      buildRequest('GET', `/api/conversations/${id}/messages?limit=50`, headers),
    )
    return await readPages(
      server.port,
      [buildRequest('GET', '/api/conversations?status=open&limit=20', headers)],
      threads,
      options,
    )
  } finally {
    await server.stop()
    await parley.remove()
  }
}

/** In a process of its own, so that the bench's memory stays out of the way. */
function seed({ databaseUrl, env }: Parley, { conversations, messages }: Size): Promise<void> {
  const url = databaseUrl ?? pathToFileURL(env['DATA_FILE_PATH']!).href
  const child = spawn(
    process.execPath,
    [
      '--max-old-space-size=8192',
      join(resolve(import.meta.dirname, '..'), 'seed.ts'),
      url,
      String(conversations),
      String(messages),
    ],
    { stdio: 'inherit' },
  )
  return new Promise((done, fail) =>
    child.on('exit', (code) => (code === 0 ? done() : fail(new Error(`seeding ended with ${code}`)))),
  )
}

async function readPages(port: number, lists: Buffer[], threads: Buffer[], { seconds, runs }: Options): Promise<Pages> {
  const cycle = (requests: Buffer[]) => {
    let index = 0
    return () => requests[index++ % requests.length]
  }
  const measure = async (requests: Buffer[], connections: number, of: (run: LoadResult) => number) => {
    await runLoad({ port, connections, seconds: 1, next: cycle(requests) })
    const results: LoadResult[] = []
    for (let run = 0; run < runs; run++)
      results.push(await runLoad({ port, connections, seconds, next: cycle(requests) }))
    const wrong = results.flatMap(({ statuses }) => Object.keys(statuses)).find((status) => status !== '200')
    if (wrong) throw new Error(`a page was answered with ${wrong}`)
    return medianBy(results, of)
  }
  return {
    list: await measure(lists, 1, ({ p50 }) => p50),
    thread: await measure(threads, 1, ({ p50 }) => p50),
    busyList: await measure(lists, 10, ({ perSecond }) => perSecond),
    busyThread: await measure(threads, 10, ({ perSecond }) => perSecond),
  }
}
