import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import type { JobStore } from '../../jobs/jobs.ts'
import { StoreBusy, type CollectionSpec, type StoreDriver, type StoreOperations } from '../port.ts'
import type { Log, StoreOptions } from '../store.ts'
import { isConflict, isConnectionLoss, translateError } from './errors.ts'
import { migrateJobs } from './jobs.ts'
import { migrate, readMigrations, type Migration } from './migrate.ts'
import { createOperations, splitRounds, type Run } from './operations.ts'
import { types } from './parsers.ts'
import type { Statement } from './statements.ts'
import { describeTable } from './table.ts'
import { runTransaction } from './transaction.ts'
import { createJobStore } from './worker.ts'

/** The database as it was at one moment. */
export type FrozenDatabase = Pick<StoreOperations, 'find' | 'count'> & {
  kind: 'postgres'
  pool: Pick<pg.PoolClient, 'query'>
}

export type PostgresStoreDriver = StoreDriver & {
  kind: 'postgres'
  pool: pg.Pool
  jobs: JobStore
  /** All that `run` reads is of one moment, however long it takes and whatever is written meanwhile. */
  freeze<T>(run: (frozen: FrozenDatabase) => Promise<T>): Promise<T>
}

export type PostgresOptions = Pick<StoreOptions, 'log' | 'poolSize'> & {
  /** Those of the model unless given. */
  migrations?: readonly Migration[]
  /** False leaves out the tables of the jobs. */
  withJobs?: boolean
}

const silent: Log = { info() {}, warn() {}, error() {} }
const attempts = 4
/** Beyond it a caller is told to come back rather than kept in memory. */
const mostWaiting = 5000

/** Real tables, one per collection. The SQL is built from the specs and prepared under a name, once per connection. */
export async function openPostgresStore(
  url: string,
  specs: readonly CollectionSpec[],
  options: PostgresOptions = {},
): Promise<PostgresStoreDriver> {
  const { log = silent } = options
  const byName = new Map(specs.map((spec) => [spec.name, spec]))
  const tables = new Map(specs.map((spec) => [spec.name, describeTable(spec)]))
  const translate = (error: unknown) => translateError(error, byName)
  await prepareDatabase(url, options, log).catch((error) => Promise.reject(translate(error)))

  const pool = createPool(url, options, log)
  const prepare = createPreparation()

  /** Alone, a statement is its own transaction and may be repeated after a deadlock, a read also on another connection. */
  const runAlone: Run = async (statement, kind) => {
    if (pool.waitingCount >= mostWaiting) throw new StoreBusy('Too many statements wait for PostgreSQL')
    for (let attempt = 1; ; attempt++) {
      try {
        return await pool.query(prepare(statement))
      } catch (error) {
        const again = isConflict(error) || (kind === 'read' && isConnectionLoss(error))
        if (!again || attempt === attempts) throw translate(error)
        await pause(attempt * 10)
      }
    }
  }

  async function transaction<T>(run: (tx: StoreOperations) => Promise<T>): Promise<T> {
    if (pool.waitingCount >= mostWaiting) throw new StoreBusy('Too many transactions wait for PostgreSQL')
    const client = await pool.connect().catch((error) => Promise.reject(translate(error)))
    return runTransaction(client, run, { tables, prepare, translate })
  }

  async function freeze<T>(run: (frozen: FrozenDatabase) => Promise<T>): Promise<T> {
    const client = await pool.connect().catch((error) => Promise.reject(translate(error)))
    try {
      await client.query('begin isolation level repeatable read read only')
      await client.query('set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0')
      const { find, count } = createOperations(tables, (statement) => client.query(prepare(statement)))
      return await run({ kind: 'postgres', pool: client, find, count })
    } finally {
      await client.query('rollback').then(
        () => client.release(),
        (error: Error) => client.release(error),
      )
    }
  }

  const alone = createOperations(tables, runAlone)
  let closing: Promise<void> | undefined
  return {
    kind: 'postgres',
    pool,
    jobs: createJobStore(pool),
    ...alone,
    updateEach: (spec, edits) =>
      splitRounds(edits).length > 1 ? transaction((tx) => tx.updateEach(spec, edits)) : alone.updateEach(spec, edits),
    schedule: (jobs) => transaction((tx) => tx.schedule(jobs)),
    cancel: (workspaceId, keys) => transaction((tx) => tx.cancel(workspaceId, keys)),
    transaction,
    freeze,
    close: () => (closing ??= pool.end()),
  }
}

async function prepareDatabase(url: string, options: PostgresOptions, log: Log): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'parley', connectionTimeoutMillis: 5000 })
  client.on('error', () => {})
  await client.connect()
  try {
    await migrate(client, options.migrations ?? (await readMigrations()), log)
  } finally {
    await client.end()
  }
  if (options.withJobs ?? true) await migrateJobs(url)
}

/** ISO dates, so that instants are read alike everywhere; and no statement or transaction that holds others up for ever. */
const session = `set datestyle = 'ISO'; set timezone = 'UTC'; set statement_timeout = '30s'; set idle_in_transaction_session_timeout = '60s'`

function createPool(url: string, { poolSize = 10 }: PostgresOptions, log: Log): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'parley',
    max: poolSize,
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    onConnect: async (client) => {
      await client.query(session)
    },
  })
  pool.on('error', (error) => log.warn(`An idle connection to PostgreSQL was lost: ${error.message}`))
  // Without a listener, a connection that is lost in the middle of a transaction would end the process.
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

/** Enough for every shape the code can ask for; a shape that comes later is sent without a name. */
const mostNames = 400

function createPreparation() {
  const names = new Map<string, string>()
  return ({ text, values, once }: Statement): pg.QueryConfig => {
    let name = once ? undefined : names.get(text)
    if (!name && !once && names.size < mostNames) names.set(text, (name = `parley_${names.size}`))
    return name ? { name, text, values, types } : { text, values, types }
  }
}
