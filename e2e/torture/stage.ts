import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { createDatabase } from '../../bench/processes.ts'
import { startSimulator, type Simulator } from '../../backend/simulator/simulator.ts'
import { setupCode, startHouse, type House } from '../house.ts'

export type Answer = { status: number; body: { data?: Data; error?: { code: string } }; headers: Headers }
/** What the API answers; each program says which shape it means. */
// oxlint-disable-next-line typescript/no-explicit-any
type Data = any

export type Stage = {
  store: string
  simulator: Simulator
  /** One program, or several on one database. */
  houses: House[]
  storeUrl: string
  databaseUrl: string | undefined
  /** Where the key and the files are. */
  dataFile: string
  env: Record<string, string>
  cookie: string
  /** Throws when there was no answer. */
  call(house: House, method: string, path: string, body?: object, headers?: Record<string, string>): Promise<Answer>
  /** The `data` of an answer of the first program that must be one. */
  ask(method: string, path: string, body?: object): Promise<Data>
  close(): Promise<void>
}

export type Options = {
  store: string
  houses?: number
  env?: Record<string, string>
  simulator?: Parameters<typeof startSimulator>[0]
}

/** The whole product as it runs in earnest, on an empty store and the simulator of Meta, with an owner and a number. */
export async function setStage({
  store,
  houses: count = 1,
  env: more = {},
  simulator: given,
}: Options): Promise<Stage> {
  const database = store === 'postgres' ? await createDatabase() : undefined
  const simulator = await startSimulator(given)
  const { credentials } = simulator
  const env = {
    WHATSAPP_GRAPH_URL: credentials.graphUrl,
    WHATSAPP_GRAPH_VERSION: credentials.graphVersion,
    LOG_LEVEL: 'error',
    ...(database ? { DATABASE_URL: database.url } : {}),
    ...more,
  }
  const houses = [await startHouse(env)]
  const dataFile = join(houses[0]!.folder, 'parley.json')
  while (houses.length < count) houses.push(await startHouse({ ...env, DATA_FILE_PATH: dataFile }))

  const stage: Stage = {
    store,
    simulator,
    houses,
    env,
    dataFile,
    databaseUrl: database?.url,
    storeUrl: database?.url ?? pathToFileURL(dataFile).href,
    cookie: '',
    async call(house, method, path, body, headers = {}) {
      const response = await fetch(`${house.url}${path}`, {
        method,
        headers: {
          'content-type': 'application/json',
          'sec-fetch-site': 'same-origin',
          ...(stage.cookie ? { cookie: stage.cookie } : {}),
          ...headers,
        },
        signal: AbortSignal.timeout(30_000),
        ...(body ? { body: JSON.stringify(body) } : {}),
      })
      return { status: response.status, body: (await response.json()) as Answer['body'], headers: response.headers }
    },
    async ask(method, path, body) {
      const { status, body: answer } = await stage.call(houses[0]!, method, path, body)
      if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(answer)}`)
      return answer.data
    },
    async close() {
      await Promise.all(houses.toReversed().map((house) => house.stop()))
      await simulator.close()
      await database?.drop()
    },
  }
  await moveIn(stage)
  return stage
}

async function moveIn(stage: Stage): Promise<void> {
  const { simulator, houses, ask } = stage
  const owner = { name: 'Olga', email: 'olga@example.com', password: 'a calm river in may 7' }
  const registration = { ...owner, workspaceName: 'Torture', setupCode }
  const registered = await stage.call(houses[0]!, 'POST', '/api/auth/register', registration)
  stage.cookie = registered.headers.get('set-cookie')!.split(';')[0]!
  await ask('DELETE', '/api/practice')
  const { graphUrl: _url, graphVersion: _version, appId: _app, ...credentials } = simulator.credentials
  await ask('POST', '/api/channels', { name: 'Torture', ...credentials })
  simulator.sendWebhooksTo(`${houses[0]!.url}/api/webhooks/meta`)
}
