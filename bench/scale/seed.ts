/*
 * Fills a store with a year of a large shop: `node bench/scale/seed.ts <store url> <size as JSON>`. Parley must not run on
 * it meanwhile, and has made the workspace before. Everything goes through the store's own door.
 */
import pg from 'pg'
import { rollWorkspaces } from '../../backend/features/message-days/roll.ts'
import { writeAround } from './around.ts'
import { writeChats } from './chats.ts'
import { openShop } from './shop.ts'
import type { Size } from './size.ts'

const [url, size] = process.argv.slice(2)
const shop = await openShop(url!, JSON.parse(size!) as Size)
const database = shop.system.driver.kind === 'postgres' ? new pg.Client({ connectionString: url }) : undefined
await database?.connect()

const indexes = await dropSearches()
const started = performance.now()
let told = 0
await writeChats(shop, (done) => {
  if (done - told < 100_000) return
  told = done
  tell(`${done.toLocaleString('en-US')} messages`)
})
await writeAround(shop)
tell('everything around them')
for (const index of indexes) await database!.query(index)
// The hourly job of the server has done this long before a shop is that large.
await rollWorkspaces({ store: shop.system, now: () => new Date(shop.now) })
await database?.query('vacuum analyze')
await database?.end()
tell('indexes, kept days and statistics')
await shop.system.close()

/** An index of texts is built in a fraction of the time that it takes to keep it row by row. */
async function dropSearches(): Promise<string[]> {
  if (!database) return []
  const { rows } = await database.query<{ indexname: string; indexdef: string }>(
    "select indexname, indexdef from pg_indexes where schemaname = current_schema() and indexname like '%\\_search'",
  )
  for (const { indexname } of rows) await database.query(`drop index "${indexname}"`)
  return rows.map(({ indexdef }) => indexdef)
}

function tell(what: string): void {
  process.stderr.write(`seeded ${what} after ${Math.round((performance.now() - started) / 1000)} s\n`)
}
