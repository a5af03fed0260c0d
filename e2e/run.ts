/*
 * The product in a real browser, as its users have it: `node e2e/run.ts [--store json|postgres]`.
 * Each journey starts its own Parley on an empty store. One that fails is walked once more on another empty store: a
 * browser on a busy machine loses races that say nothing of Parley. Whoever passed only then is named at the end.
 * Without Chromium everything is skipped, and said so.
 */
import { parseArgs } from 'node:util'
import { createDatabase } from '../bench/processes.ts'
import { openBrowser } from './house.ts'
import { journeys, type Journey } from './journeys.ts'

const { values } = parseArgs({ options: { store: { type: 'string' }, only: { type: 'string' } } })
const stores = values.store?.split(',') ?? ['json', 'postgres']

const browser = await openBrowser()
if (browser) {
  await browser.close()
  // What a journey that hangs has left behind ends with this process.
  process.exit((await runAll()) === 0 ? 0 : 1)
} else console.warn('SKIPPED: no Chromium was found (set CHROMIUM_PATH). Nothing was tested in a browser.')

/** A journey that hangs fails, and the next one starts. */
async function withinMinutes(minutes: number, journey: Promise<void>): Promise<void> {
  const { promise: never, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`not at its end after ${minutes} minutes`)), minutes * 60_000)
  await Promise.race([journey, never]).finally(() => clearTimeout(timer))
}

type Outcome = 'passed' | 'passed the second time' | 'failed'

async function runAll(): Promise<number> {
  const outcomes: { title: string; outcome: Outcome }[] = []
  for (const store of stores)
    for (const journey of journeys) {
      if (values.only && !journey.name.includes(values.only)) continue
      const title = `${store}: ${journey.name}`
      const outcome = await walkTwiceAtMost(store, journey, title)
      console.log(`${outcome === 'failed' ? '✗' : '✓'} ${title}${outcome === 'passed' ? '' : ` (${outcome})`}`)
      outcomes.push({ title, outcome })
    }
  for (const { title, outcome } of outcomes) if (outcome !== 'passed') console.log(`${outcome}: ${title}`)
  const failed = outcomes.filter(({ outcome }) => outcome === 'failed').length
  console.log(`${outcomes.length - failed} passed, ${failed} failed`)
  return failed
}

async function walkTwiceAtMost(store: string, journey: Journey, title: string): Promise<Outcome> {
  for (const outcome of ['passed', 'passed the second time'] as const) {
    const database = store === 'postgres' ? await createDatabase() : undefined
    // One of its own: a page that hangs takes a processor until its browser ends.
    const opened = (await openBrowser())!
    const walked = journey.run(opened, database ? { DATABASE_URL: database.url } : {})
    let told: unknown
    try {
      await withinMinutes(4, walked)
      return outcome
    } catch (error) {
      told = error
      console.error(`✗ ${title}\n`, error)
    } finally {
      await opened.close()
      // A journey that hangs learns here that its browser is gone, says where it stood, and stops its server.
      await walked.catch((error: unknown) => error !== told && console.error(error))
      await database?.drop()
    }
  }
  return 'failed'
}
