import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import request from 'supertest'
import { afterAll } from 'vitest'
import { createApp, type App } from '../app.ts'
import { loadConfig } from '../config.ts'
import { createTestClock } from '../platform/clock.ts'
import { createLogs } from '../platform/log.ts'
import { openStores } from './world.ts'

export type Environment = { [name: string]: string }

/** For `describe.each`: each call of `makeStore` is the environment of a new, empty store. Call it at the top of the file. */
export async function openEmptyStores(): Promise<{ name: string; makeStore: () => Promise<Environment> }[]> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-edge-'))
  afterAll(() => rm(folder, { recursive: true, force: true }))
  let count = 0
  return (await openStores()).map(({ kind, databaseUrl }) => ({
    name: kind === 'json' ? 'the JSON store' : 'PostgreSQL',
    async makeStore() {
      const DATABASE_URL = await databaseUrl()
      return { DATA_FILE_PATH: join(folder, String(count++), 'parley.json'), ...(DATABASE_URL ? { DATABASE_URL } : {}) }
    },
  }))
}

export const setupCode = 'seven-badgers-hum'
export const password = 'a rather quiet harbour'

export type EdgeApp = Awaited<ReturnType<typeof startEdgeApp>>

/** A whole app that listens and has no account yet, with a clock that stands still and log lines to look at. */
export async function startEdgeApp(environment: Environment) {
  const clock = createTestClock()
  const lines: string[] = []
  const config = loadConfig({
    NODE_ENV: 'test',
    LOG_LEVEL: 'debug',
    SETUP_CODE: setupCode,
    PRACTICE_REPLY_DELAY_MS: '0',
    WHATSAPP_GRAPH_URL: 'http://127.0.0.1:9',
    ...environment,
  })
  const logs = createLogs({ level: config.LOG_LEVEL, write: (line) => void lines.push(line) })
  const app: App = await createApp(config, { now: clock.now, logs, manualJobs: true, bcryptCost: 4 })
  await new Promise<void>((resolve) => app.server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`

  /** A browser: keeps cookies and says that its requests come from our own pages. */
  const openBrowser = () => request.agent(url).set('sec-fetch-site', 'same-origin')

  return {
    ...app,
    url,
    clock,
    lines,
    openBrowser,
    /** A program without cookies. */
    http: () => request(url),
    /** The owner of a new workspace, signed in. */
    async openOwner(email = 'ana@example.com') {
      const browser = openBrowser()
      const registration = { workspaceName: 'Padaria Ana', name: 'Ana', email, password, setupCode }
      await browser.post('/api/auth/register').send(registration).expect(201)
      return browser
    },
  }
}
