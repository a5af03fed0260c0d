import { generateDrizzleJson, generateMigration } from 'drizzle-kit/api'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { model } from '../backend/model/index.ts'

/*
 * npm run migrations -- what_changed   writes the SQL from the last migration to the model of today
 * npm run migrations -- --fresh        replaces all migrations by one; only while nothing is released
 *
 * `snapshot.json` is drizzle-kit's description of the tables after the last migration.
 */
const folder = new URL('../backend/platform/store/postgres/migrations/', import.meta.url)
const snapshotFile = new URL('snapshot.json', folder)

type Snapshot = ReturnType<typeof generateDrizzleJson>
/** What is used of a table in a snapshot; drizzle-kit's own type is lost on the way. */
type Table = {
  indexes: {
    [name: string]: {
      isUnique: boolean
      method: string
      columns: { expression: string; isExpression: boolean; asc: boolean; nulls: string }[]
    }
  }
}

/**
 * Every list breaks ties by id, so every index that may serve a list ends with the id. It is added here so that nobody who
 * declares an index has to know.
 */
export function describeDatabase(tables: { [name: string]: unknown }): Snapshot {
  const snapshot = generateDrizzleJson(tables, undefined, undefined, 'snake_case')
  // A new id each time would be a difference, and a conflict, where there is none.
  snapshot.id = '00000000-0000-0000-0000-000000000001'
  for (const table of Object.values(snapshot.tables as { [name: string]: Table })) {
    for (const { isUnique, method, columns } of Object.values(table.indexes)) {
      const hasId = columns.some(({ expression }) => expression === 'id')
      if (!isUnique && method !== 'gin' && !hasId)
        columns.push({ expression: 'id', isExpression: false, asc: true, nulls: 'last' })
    }
  }
  return snapshot
}

/** The statements that turn a database of one description into the other. */
export async function writeSql(before: Snapshot, after: Snapshot): Promise<string> {
  const statements = await generateMigration(before, after)
  return statements.join('\n--> statement-breakpoint\n')
}

export async function readState() {
  const files = await readdir(folder).catch(() => [])
  const migrations = files.filter((file) => file.endsWith('.sql')).sort()
  const before =
    migrations.length > 0 ? (JSON.parse(await readFile(snapshotFile, 'utf8')) as Snapshot) : generateDrizzleJson({})
  const tables = Object.fromEntries(Object.entries(model).map(([name, { table }]) => [name, table]))
  return { migrations, before, after: describeDatabase(tables) }
}

async function main([given = '']: string[]) {
  const isFresh = given === '--fresh'
  if (isFresh) for (const file of (await readState()).migrations) await rm(new URL(file, folder))
  const { migrations, before, after } = await readState()
  const name = migrations.length === 0 ? 'initial' : given
  if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new Error('Say in a word what changed: npm run migrations -- add_leads')

  const sql = await writeSql(before, after)
  if (sql === '') return console.log('The migrations already lead to this model.')
  const file = new URL(`${String(migrations.length).padStart(4, '0')}_${name}.sql`, folder)
  await writeFile(file, `${sql}\n`)
  await writeFile(snapshotFile, `${JSON.stringify(after, null, 1)}\n`)
  console.log(`Wrote ${fileURLToPath(file)}. Read it before you commit it.`)
}

if (import.meta.main) await main(process.argv.slice(2))
