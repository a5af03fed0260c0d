/*
 * The product in a real browser, as its users have it: `node e2e/run.ts [--store json|postgres]`.
 * Each journey starts its own Parley on an empty store. Without Chromium everything is skipped, and said so.
 */
import { parseArgs } from 'node:util'
import type { Browser } from 'playwright-core'
import { createDatabase } from '../bench/processes.ts'
import { openBrowser } from './house.ts'
import { journeys } from './journeys.ts'

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

async function runAll(opened: Browser): Promise<number> {
  let passed = 0
  let failed = 0
  for (const store of stores) {
    for (const { name, run } of journeys) {
      if (values.only && !name.includes(values.only)) continue
      const database = store === 'postgres' ? await createDatabase() : undefined
      try {
        await withinMinutes(6, run(opened, database ? { DATABASE_URL: database.url } : {}))
        passed++
        console.log(`✓ ${store}: ${name}`)
      } catch (error) {
        failed++
        console.error(`✗ ${store}: ${name}\n`, error)
      } finally {
        await database?.drop()
      }
    }
  }
  await opened.close()
  console.log(`${passed} passed, ${failed} failed`)
  return failed
}
