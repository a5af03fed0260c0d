import { AsyncLocalStorage } from 'node:async_hooks'
import { fileURLToPath } from 'node:url'
import { bindCollection, type Access, type Collection, type InsertOf, type RowOf } from './collection.ts'
import { createIds } from './ids.ts'
import type { Fields, Tools } from './input.ts'
import type { JsonStoreDriver } from './json/driver.ts'
import { createMemories, createShortMemory, type Memory } from './memory.ts'
import type { Document, NewJob, StoreOperations } from './port.ts'
import type { PostgresStoreDriver } from './postgres/driver.ts'
import { readModel, type CollectionPlan, type Model } from './spec.ts'
import { cleanJson, cleanText, isInstant } from './values.ts'

export { InvalidCursor } from './input.ts'
export { foldText, searchWords } from './semantics.ts'
export type { Collection, Page, Patch, Tests } from './collection.ts'
export {
  DataTooNew,
  DuplicateKey,
  MissingReference,
  StorageFull,
  StoreBusy,
  StoreUnavailable,
  type GroupRow,
  type NewJob,
} from './port.ts'
export type { Definition, Model } from './spec.ts'

/** By the name of the collection: the required columns that have a default. */
export function readDefaults(model: Model): Map<string, ReadonlyMap<string, () => unknown>> {
  const required = ({ columns, defaults }: CollectionPlan) =>
    new Map([...defaults].filter(([field]) => columns.get(field)?.required))
  return new Map([...readModel(model)].map(([name, plan]) => [name, required(plan)]))
}

export type Driver = JsonStoreDriver | PostgresStoreDriver

export type Store<M extends Model> = {
  /** Only this workspace's documents: every read is filtered and every insert stamped. */
  workspace(workspaceId: string): Scoped<M>
  /** Every workspace. For sign-in, inbound routing and the worker; a feature never gets it. */
  system: Scoped<M, 'any'>
  driver: Driver
  close(): Promise<void>
}

type Scope = 'own' | 'any'

/** A job for `schedule`; outside a workspace it names its own. */
export type JobToSchedule<S extends Scope = 'own'> = Omit<NewJob, 'workspaceId' | 'attempts'> & {
  attempts?: number
} & (S extends 'any' ? { workspaceId: string } : unknown)

export type Scoped<M extends Model, S extends Scope = 'own'> = {
  readonly [Name in keyof M]: Collection<RowOf<M[Name]>, InsertOf<M[Name], S>>
} & {
  /** Use `tx`, not the outer store, inside `run`, and await everything. No network calls: the JSON store's writers wait. */
  transaction<T>(run: (tx: Scoped<M, S>) => Promise<T>): Promise<T>
  /** A waiting job with the same key is replaced. Inside a transaction the jobs exist exactly when it commits. */
  schedule(jobs: readonly JobToSchedule<S>[]): Promise<void>
  cancel(keys: readonly string[], ...workspaceId: S extends 'any' ? [workspaceId: string] : []): Promise<void>
  /** What was worked out from the documents and may be forgotten; see memory.ts. */
  remember: Memory
}

/** Line by line, for people; pino and console both fit. */
export type Log = { [level in 'info' | 'warn' | 'error']: (message: string) => void }

export type StoreOptions = {
  now?: () => Date
  newId?: (prefix: string) => string
  log?: Log
  strict?: boolean
  /** Connections of this process to PostgreSQL. */
  poolSize?: number
}

/** `file:///data/parley.json` or `postgres://user:password@host/database`. The driver that is not used is never loaded. */
export async function openStore<M extends Model>(
  url: string | URL,
  model: M,
  options: StoreOptions = {},
): Promise<Store<M>> {
  const plans = readModel(model)
  const driver = await openDriver(new URL(url), plans, options)
  return createStore<M>(driver, plans, options)
}

async function openDriver(
  url: URL,
  plans: ReadonlyMap<string, CollectionPlan>,
  options: StoreOptions,
): Promise<Driver> {
  const specs = [...plans.values()].map((plan) => plan.spec)
  switch (url.protocol) {
    case 'file:': {
      const { openJsonStore } = await import('./json/driver.ts')
      return openJsonStore(fileURLToPath(url), specs, options)
    }
    case 'postgres:':
    case 'postgresql:': {
      const { openPostgresStore } = await import('./postgres/driver.ts')
      return openPostgresStore(url.href, specs, options)
    }
    default:
      throw new TypeError(`No store for ${url.protocol}// (use file:/// or postgres://)`)
  }
}

const defaultAttempts = 8

export function createStore<M extends Model>(
  driver: Driver,
  plans: ReadonlyMap<string, CollectionPlan>,
  options: StoreOptions = {},
): Store<M> {
  const { now = () => new Date(), strict = process.env['NODE_ENV'] !== 'production' } = options
  const tools: Tools = { now, newId: options.newId ?? createIds(now), strict }
  const inside = new AsyncLocalStorage<{ open: boolean }>()
  const collections = createGetters(plans)
  const memoryOf = createMemories()

  const outer: Access = {
    // A write through the outer store inside a transaction deadlocks one driver and escapes the other's transaction.
    use() {
      if (inside.getStore()?.open) throw new Error('Inside a transaction, use the `tx` it gives you')
      return driver
    },
    async atomically(run) {
      outer.use()
      const turn = { open: true }
      return driver.transaction((tx) =>
        inside.run(turn, async () => {
          try {
            return await run(accessTo(tx, turn))
          } finally {
            turn.open = false
          }
        }),
      )
    },
  }

  return {
    workspace: (workspaceId) => scope(outer, workspaceId, memoryOf(workspaceId)) as Scoped<M>,
    system: scope(outer, undefined, createShortMemory()) as Scoped<M, 'any'>,
    driver,
    close: () => driver.close(),
  }

  function scope(access: Access, workspaceId: string | undefined, remember: Memory): object {
    const methods = {
      remember,
      transaction: (run: (tx: object) => Promise<unknown>) =>
        access.atomically((inner) => run(scope(inner, workspaceId, createShortMemory()))),
      async schedule(jobs: readonly JobToSchedule<Scope>[]) {
        if (jobs.length > 0) await access.use().schedule(jobs.map((job) => readJob(job, workspaceId)))
      },
      async cancel(keys: readonly string[], named?: string) {
        const owner = workspaceId ?? named
        if (!owner) throw new TypeError('Name the workspace whose jobs are cancelled')
        if (keys.length > 0) await access.use().cancel(owner, keys.map(cleanText))
      },
    }
    const bind = (plan: CollectionPlan) => bindCollection(plan, access, workspaceId, tools)
    return Object.assign(Object.create(collections) as object, methods, { [binder]: bind })
  }
}

const binder = Symbol('binder')
type Bindable = { [binder]: (plan: CollectionPlan) => Collection<Document, Fields> }

/** Made once per store: a request makes several scopes and touches two or three of two dozen collections in each. */
function createGetters(plans: ReadonlyMap<string, CollectionPlan>): object {
  const getters: PropertyDescriptorMap = {}
  for (const [name, plan] of plans) {
    getters[name] = {
      get(this: Bindable) {
        const value = this[binder](plan)
        Object.defineProperty(this, name, { value })
        return value
      },
    }
  }
  return Object.create(null, getters) as object
}

/** A transaction inside a transaction is part of it: it commits or fails with the outer one. */
function accessTo(operations: StoreOperations, turn: { open: boolean }): Access {
  const access: Access = {
    // What comes later would run on a connection that belongs to somebody else by then.
    use() {
      if (!turn.open) throw new Error('This transaction is over: await everything inside it')
      return operations
    },
    atomically: (run) => run(access),
  }
  return access
}

function readJob(
  { attempts = defaultAttempts, ...job }: JobToSchedule & { workspaceId?: string },
  scope: string | undefined,
): NewJob {
  const workspaceId = scope ?? job.workspaceId
  if (!workspaceId) throw new TypeError(`The job ${job.key} names no workspace`)
  if (!isInstant(job.runAt)) throw new TypeError(`The job ${job.key} is to run at no instant`)
  return {
    ...job,
    workspaceId,
    attempts,
    key: cleanText(job.key),
    payload: cleanJson(job.payload) as NewJob['payload'],
  }
}
