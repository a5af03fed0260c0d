import { setTimeout as pause } from 'node:timers/promises'
import { atMost, medianBy, quantile, type Section } from '../figures.ts'
import { runLoad } from '../load.ts'
import { startParley, type StoreKind } from '../processes.ts'
import { batchWebhook } from '../webhooks.ts'

type Options = { count: number; runs: number }
type Result = { answers: number; p50: number; p99: number; refused: number }

/** The largest webhook that Meta sends: how long until each is durable and acknowledged. */
export async function measureBatches(store: StoreKind, { count, runs }: Options): Promise<Section> {
  const rows = []
  for (const [name, rest] of [
    ['with time to process each', 800],
    ['one after the other', 0],
  ] as const) {
    const results: Result[] = []
    for (let run = 0; run < runs; run++) results.push(await postBatches(store, `${run}`, count, rest))
    rows.push({ name, ...medianBy(results, ({ p99 }) => p99) })
  }
  const [rested] = rows
  const goal = atMost('p99 of a batch of 1,000 on the JSON store, in milliseconds', rested!.p99, 250)
  return {
    title: `Batches, ${store}`,
    note: `${count} webhooks of 1,000 messages and 3 MB each on one connection; milliseconds until the 200. Without a rest, the answer waits for the processing of the batch before, which shares the thread.`,
    columns: ['batches', 'p50', 'p99', 'refused'],
    rows: rows.map(({ name, answers, p50, p99, refused }) => ({ name, cells: [answers, p50, p99, refused] })),
    goals: store === 'json' ? [goal] : [],
  }
}

async function postBatches(store: StoreKind, run: string, count: number, rest: number): Promise<Result> {
  const parley = await startParley(store)
  const times: number[] = []
  let refused = 0
  try {
    // The first one meets code that nothing has run yet; it is not counted.
    for (let index = 0; index <= count; index++) {
      const bodies = [batchWebhook(run, index, '/api/webhooks/meta')]
      const { p50, statuses } = await runLoad({
        port: parley.port,
        connections: 1,
        seconds: 60,
        next: () => bodies.pop(),
      })
      if (index > 0) times.push(p50)
      refused += 1 - (statuses['200'] ?? 0)
      if (rest > 0) await pause(rest)
    }
  } finally {
    await parley.remove()
  }
  times.sort((a, b) => a - b)
  return { answers: times.length, p50: quantile(times, 0.5), p99: quantile(times, 0.99), refused }
}
