/*
 * The product in a real browser, as its users have it: `node e2e/run.ts [--store json|postgres]`.
 * Each journey starts its own Parley on an empty store. One that fails is walked once more on another empty store: a
 * browser on a busy machine loses races that say nothing of Parley. Whoever passed only then is named at the end.
 * Without Chromium everything is skipped, and said so.
 */
import { parseArgs } from 'node:util'
import type { Browser } from 'playwright-core'
import { createDatabase } from '../bench/processes.ts'
import { openBrowser } from './house.ts'
import { journeys, type Journey } from './journeys.ts'

const { values } = parseArgs({ options: { store: { type: 'string' }, only: { type: 'string' } } })
const stores = values.store?.split(',') ?? ['json', 'postgres']

const browser = await openBrowser()
// What a journey that hangs has left behind ends with this process.
if (browser) process.exit((await runAll(browser)) === 0 ? 0 : 1)
else console.warn('SKIPPED: no Chromium was found (set CHROMIUM_PATH). Nothing was tested in a browser.')

/** A journey that hangs fails, and the next one starts. */
async function withinMinutes(minutes: number, journey: Promise<void>): Promise<void> {
  const { promise: never, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`not at its end after ${minutes} minutes`)), minutes * 60_000)
  await Promise.race([journey, never]).finally(() => clearTimeout(timer))
}

type Outcome = 'passed' | 'passed the second time' | 'failed'

async function runAll(opened: Browser): Promise<number> {
  const outcomes: { title: string; outcome: Outcome }[] = []
  for (const store of stores)
    for (const journey of journeys) {
      if (values.only && !journey.name.includes(values.only)) continue
      const title = `${store}: ${journey.name}`
      const outcome = await walkTwiceAtMost(opened, store, journey, title)
      console.log(`${outcome === 'failed' ? '✗' : '✓'} ${title}${outcome === 'passed' ? '' : ` (${outcome})`}`)
      outcomes.push({ title, outcome })
    }
  await opened.close()
  for (const { title, outcome } of outcomes) if (outcome !== 'passed') console.log(`${outcome}: ${title}`)
  const failed = outcomes.filter(({ outcome }) => outcome === 'failed').length
  console.log(`${outcomes.length - failed} passed, ${failed} failed`)
  return failed
}

async function walkTwiceAtMost(opened: Browser, store: string, journey: Journey, title: string): Promise<Outcome> {
  for (const outcome of ['passed', 'passed the second time'] as const) {
    const database = store === 'postgres' ? await createDatabase() : undefined
    try {
      await withinMinutes(6, journey.run(opened, database ? { DATABASE_URL: database.url } : {}))
      return outcome
    } catch (error) {
      console.error(`✗ ${title}\n`, error)
    } finally {
      await database?.drop()
    }
  }
  return 'failed'
}
