import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import type pg from 'pg'
import { DataTooNew } from '../port.ts'
import type { Log } from '../store.ts'

/** One file that `npm run migrations` wrote. A released one is never changed: its checksum is kept in the database. */
export type Migration = { name: string; sql: string }

const lockKey = 7_402_010
const folder = new URL('./migrations/', import.meta.url)

export async function readMigrations(): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort()
  const read = async (file: string) => ({ name: file.slice(0, -4), sql: await readFile(new URL(file, folder), 'utf8') })
  return Promise.all(files.map(read))
}

/** Brings the database up to date. Processes that start together do it one after the other; the later ones find it done. */
export async function migrate(client: pg.Client, migrations: readonly Migration[], log: Log): Promise<void> {
  await lock(client, log)
  try {
    await client.query(`create table if not exists store_migrations (
      name text primary key, checksum text not null, applied_at timestamptz not null default now())`)
    for (const migration of await findMissing(client, migrations)) await apply(client, migration, log)
    await indexSearchTexts(client, log)
  } finally {
    await client.query('select pg_advisory_unlock($1)', [lockKey])
  }
}

async function lock(client: pg.Client, log: Log): Promise<void> {
  const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [lockKey])
  if (rows[0]?.locked) return
  log.info('Waiting for another process that is changing the database')
  await client.query('select pg_advisory_lock($1)', [lockKey])
}

async function findMissing(client: pg.Client, migrations: readonly Migration[]): Promise<Migration[]> {
  const { rows } = await client.query<{ name: string; checksum: string }>(
    'select name, checksum from store_migrations order by name',
  )
  for (const { name, checksum } of rows) {
    const known = migrations.find((migration) => migration.name === name)
    if (!known)
      throw new DataTooNew(
        `The database was changed by a newer version of Parley (${name}). Start that version, or restore a backup that this one made.`,
      )
    if (checksumOf(known) !== checksum) {
      throw new Error(
        `The migration ${name} is not the one this database was made with. Use an unchanged copy of this version.`,
      )
    }
  }
  return migrations.filter(({ name }) => !rows.some((row) => row.name === name))
}

async function apply(client: pg.Client, migration: Migration, log: Log): Promise<void> {
  const report = reportWhileRunning(`Changing the database: ${migration.name}`, log)
  await client.query('begin')
  try {
    for (const statement of migration.sql.split('--> statement-breakpoint')) await client.query(statement)
    await client.query('insert into store_migrations (name, checksum) values ($1, $2)', [
      migration.name,
      checksumOf(migration),
    ])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw new Error(`The migration ${migration.name} failed; nothing was changed`, { cause: error })
  } finally {
    report.stop()
  }
}

/** Line ends differ between checkouts. */
function checksumOf({ sql }: Migration): string {
  return createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex')
}

/** Not a migration, because not every server has the extension; without it a search reads the texts one by one. */
async function indexSearchTexts(client: pg.Client, log: Log): Promise<void> {
  try {
    await client.query('create extension if not exists pg_trgm')
  } catch (error) {
    log.warn(`Searching will be slow with many messages: PostgreSQL has no pg_trgm (${(error as Error).message})`)
    return
  }
  const { rows } = await client.query<{ table: string }>(`
    select c.relname as table from pg_attribute a join pg_class c on c.oid = a.attrelid
    where a.attname = 'search_text' and c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace
      and to_regclass(quote_ident(c.relname || '_search')) is null order by 1`)
  for (const { table } of rows) {
    const report = reportWhileRunning(`Indexing the texts of ${table}`, log)
    await client
      .query(`create index "${table}_search" on "${table}" using gin (search_text gin_trgm_ops)`)
      .finally(report.stop)
  }
}

const reportEvery = 10_000

function reportWhileRunning(what: string, log: Log): { stop(): void } {
  const start = performance.now()
  log.info(what)
  const timer = setInterval(
    () => log.info(`${what}, still at it after ${Math.round((performance.now() - start) / 1000)} s`),
    reportEvery,
  )
  return { stop: () => clearInterval(timer) }
}
