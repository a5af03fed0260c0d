import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { createApp, type App } from '../app.ts'
import { loadConfig } from '../config.ts'
import type { Channel } from '../contract/channels.ts'
import { createTestClock } from '../platform/clock.ts'
import { createLogs, type Logs } from '../platform/log.ts'
import { startSimulator, type Simulator } from '../simulator/simulator.ts'
import { openTestDatabase, type TestDatabase } from './postgres.ts'

export type StoreKind = 'json' | 'postgres'

type TestStore = { kind: StoreKind; databaseUrl: () => Promise<string | undefined> }

/**
 * For `describe.each`: both stores, or the JSON store alone, said loudly, where no PostgreSQL is to be had. Its databases
 * have Parley's tables already, unless they are to be empty.
 */
export async function openStores({ empty = false } = {}): Promise<TestStore[]> {
  const database = await openTestDatabase()
  const json = { kind: 'json' as const, databaseUrl: async () => undefined }
  if (!database) return [json]
  const others: TestDatabase[] = []
  afterAll(async () => {
    for (const other of others) await other.drop()
  })
  const databaseUrl = async () => {
    others.push(await database.another({ ready: !empty }))
    return others.at(-1)!.url
  }
  return [json, { kind: 'postgres', databaseUrl }]
}

export type Answer = { status: number; body: Body; headers: Headers }
/** What the API answers; tests say with `expect` which shape they mean. */
// oxlint-disable-next-line typescript/no-explicit-any
type Body = any

export type TestApp = {
  app: App
  url: string
  clock: ReturnType<typeof createTestClock>
  /** Where everything is that is not in PostgreSQL. */
  folder: string
  /** Calls the API as the owner, or as whoever `cookie` is; null calls as nobody. */
  call(
    method: string,
    path: string,
    body?: unknown,
    options?: { cookie?: string | null; headers?: Record<string, string> },
  ): Promise<Answer>
  cookie: string
  /** Moves the clock of the app, and the waiting jobs of PostgreSQL, whose clock is the database's own, towards it. */
  advance(milliseconds: number): Promise<void>
  /** Everything received is processed, and every due job has run. */
  settle(): Promise<void>
  close(): Promise<void>
}

export const owner = {
  workspaceName: 'Shop',
  name: 'Olga Owner',
  email: 'olga@example.com',
  password: 'a calm river in may 7',
}
const setupCode = 'a-test-setup-code'

type Options = {
  env?: Record<string, string>
  databaseUrl?: string | undefined
  /** Leaves the practice customer in; tests that count want it gone. */
  practice?: boolean
  /** Jobs and timers run by themselves, on the real clock. */
  realTime?: boolean
  /** How long an answer of WhatsApp is waited for. */
  graphTimeoutMs?: number
  /** In the middle of what chance could say, unless a test says otherwise. */
  random?: () => number
  bcryptCost?: number
  /** Hears every line of the log, at level debug. */
  onLogLine?: (line: string) => void
  /** Hears of each job that runs, and runs it. */
  aroundJobs?: <T>(kind: string, run: () => T) => T
}

/** A whole app on a temporary store, listening on a free port, with an owner signed in. */
export async function openTestApp({
  env = {},
  databaseUrl,
  practice = false,
  realTime = false,
  graphTimeoutMs,
  random = () => 0.5,
  bcryptCost = 4,
  onLogLine,
  aroundJobs,
}: Options = {}): Promise<TestApp> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-test-'))
  const clock = databaseUrl ? createRunningClock() : createTestClock(new Date().toISOString())
  const config = loadConfig({
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    PORT: '0',
    DATA_FILE_PATH: join(folder, 'parley.json'),
    SETUP_CODE: setupCode,
    REGISTRATION: 'open',
    // Tests move the clock by days; only those about sessions want to be signed out by that.
    SESSION_IDLE_HOURS: '720',
    PRACTICE_REPLY_DELAY_MS: '0',
    ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}),
    ...env,
  })
  const logs = onLogLine ? createLogs({ level: 'debug', write: onLogLine }) : createLogs({ level: 'silent' })
  const app = await createApp(config, {
    ...(realTime ? {} : { now: clock.now, manualJobs: true, random }),
    bcryptCost,
    ...(graphTimeoutMs ? { graphTimeoutMs } : {}),
    logs: aroundJobs ? hearJobs(logs, aroundJobs) : logs,
  })
  await new Promise<void>((listening) => app.server.listen(0, '127.0.0.1', listening))
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`

  const opened: TestApp = {
    app,
    url,
    clock,
    folder,
    cookie: '',
    async call(method, path, body, { cookie = opened.cookie, headers = {} } = {}) {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: {
          'sec-fetch-site': 'same-origin',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(cookie ? { cookie } : {}),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      return { status: response.status, body: text ? JSON.parse(text) : undefined, headers: response.headers }
    },
    async advance(milliseconds) {
      clock.advance(milliseconds)
      const { driver } = app.store
      if (driver.kind === 'postgres')
        await driver.pool.query(
          `update graphile_worker._private_jobs set run_at = run_at - $1 * interval '1 millisecond' where locked_at is null`,
          [milliseconds],
        )
    },
    async settle() {
      for (let round = 0; round < 3; round++) {
        await app.processor.idle()
        await app.worker.runDue()
      }
      await app.processor.idle()
    },
    async close() {
      await app.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
  opened.cookie = await register(opened, owner)
  await opened.settle()
  if (!practice) await opened.call('DELETE', '/api/practice')
  return opened
}

/** Each job runs within its line of the log. */
function hearJobs(logs: Logs, around: NonNullable<Options['aroundJobs']>): Logs {
  const within: Logs['within'] = (trace, run) =>
    logs.within(trace, () => ('job' in trace ? around(trace.job.split(' ')[0]!, run) : run()))
  return { ...logs, within }
}

/** PostgreSQL's own clock decides when a job is due, and it does not stand still. */
function createRunningClock(): ReturnType<typeof createTestClock> {
  let ahead = 0
  return { now: () => new Date(Date.now() + ahead), advance: (milliseconds) => void (ahead += milliseconds) }
}

/** PostgreSQL's jobs follow the database's own clock: those that are due by the app's clock are due now. */
export async function ripen({ app, clock }: Pick<TestApp, 'app' | 'clock'>): Promise<void> {
  const { driver } = app.store
  if (driver.kind === 'postgres')
    await driver.pool.query(
      'update graphile_worker._private_jobs set run_at = now() where locked_at is null and run_at <= $1',
      [clock.now()],
    )
}

/** Opens one more workspace; answers the cookie of its owner. */
export async function register({ call }: Pick<TestApp, 'call'>, person: typeof owner): Promise<string> {
  const { status, body, headers } = await call('POST', '/api/auth/register', { ...person, setupCode }, { cookie: null })
  if (status !== 201) throw new Error(`Registering failed: ${JSON.stringify(body)}`)
  return headers.get('set-cookie')!.split(';')[0]!
}

/** The simulator of Meta, and a channel of the app that is connected to it. */
export async function connectSimulator(
  options: Options = {},
  given: Parameters<typeof startSimulator>[0] = {},
): Promise<{ test: TestApp; simulator: Simulator; channel: Channel; close: () => Promise<void> }> {
  const simulator = await startSimulator(given)
  const { credentials } = simulator
  const test = await openTestApp({
    ...options,
    env: { WHATSAPP_GRAPH_URL: credentials.graphUrl, WHATSAPP_GRAPH_VERSION: credentials.graphVersion, ...options.env },
  })
  const { body } = await test.call('POST', '/api/channels', {
    name: 'Simulated',
    businessPhone: credentials.businessPhone,
    phoneNumberId: credentials.phoneNumberId,
    businessAccountId: credentials.businessAccountId,
    appId: credentials.appId,
    accessToken: credentials.accessToken,
    appSecret: credentials.appSecret,
    verifyToken: credentials.verifyToken,
  })
  await simulator.sendWebhooksTo(`${test.url}/api/webhooks/meta`)
  return {
    test,
    simulator,
    channel: body.data,
    async close() {
      await simulator.close()
      await test.close()
    },
  }
}
