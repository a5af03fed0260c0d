import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openTestDatabase, type TestDatabase } from '../../../test/postgres.ts'
import { migrate, readMigrations, type Migration } from './migrate.ts'

const server = await openTestDatabase()

const first: Migration = {
  name: '0000_initial',
  sql: 'create table notes (id text)\n--> statement-breakpoint\ninsert into notes values (1)',
}
const second: Migration = { name: '0001_texts', sql: 'alter table notes add search_text text not null default 7' }

describe.skipIf(!server)('migrations', () => {
  let database: TestDatabase
  const lines: string[] = []
  const clients: pg.Client[] = []
  const note = (line: string) => void lines.push(line)
  const log = { info: note, warn: note, error: note }

  beforeEach(async () => {
    database = await server!.another()
    lines.length = 0
  })
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.end()))
    await database.drop()
  })

  async function connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: database.url })
    clients.push(client)
    await client.connect()
    return client
  }
  const run = async (migrations: Migration[]) => migrate(await connect(), migrations, log)
  const notes = async () => (await (await connect()).query('select * from notes')).rows

  test('each is applied once, and said', async () => {
    await run([first])
    await run([first])
    await run([first, second])
    expect(await notes()).toEqual([{ id: '1', search_text: '7' }])
    expect(lines.filter((line) => line.startsWith('Changing the database'))).toEqual([
      'Changing the database: 0000_initial',
      'Changing the database: 0001_texts',
    ])
  })

  test('processes that start together do it one after the other, and once', async () => {
    await Promise.all(Array.from({ length: 5 }, () => run([first, second])))
    expect(await notes()).toHaveLength(1)
    expect(lines).toContain('Waiting for another process that is changing the database')
  })

  test('one that fails changes nothing and says which', async () => {
    const broken = { name: '0001_broken', sql: `${second.sql}\n--> statement-breakpoint\nselect nonsense` }
    await run([first])
    await expect(run([first, broken])).rejects.toThrow('The migration 0001_broken failed')
    expect(await notes()).toEqual([{ id: '1' }])
    await run([first, second])
  })

  test('a database of a newer version is left alone', async () => {
    await run([first, second])
    await expect(run([first])).rejects.toThrow('changed by a newer version of Parley (0001_texts)')
  })

  test('a migration that was edited after it was applied is refused, other line ends are not', async () => {
    await run([first])
    await expect(run([{ ...first, sql: `${first.sql};` }])).rejects.toThrow('0000_initial is not the one')
    await run([{ ...first, sql: first.sql.replaceAll('\n', '\r\n') }])
  })

  test('a table with a search text gets its index where the server can', async () => {
    await run([first, second])
    const { rows } = await (await connect()).query(`select indexdef from pg_indexes where indexname = 'notes_search'`)
    const canIndex = (await (await connect()).query(`select from pg_available_extensions where name = 'pg_trgm'`))
      .rowCount
    expect(rows).toHaveLength(canIndex ?? 0)
  })

  test('those of the model are read in order and build the database', async () => {
    const migrations = await readMigrations()
    expect(migrations.map(({ name }) => name.slice(0, 4))).toEqual(
      migrations.map((_, index) => String(index).padStart(4, '0')),
    )
    await run(migrations)
    await run(migrations)
  })
})
