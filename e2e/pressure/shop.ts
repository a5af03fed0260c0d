import { createHmac } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import pg from 'pg'
import { buildRequest } from '../../bench/load.ts'
import { startSimulator, type Simulator } from '../../backend/simulator/simulator.ts'
import { setupCode, startHouse, waitUntil, type House } from '../house.ts'

/** A shop with customers, a connected number, and its real server process; tests put it under pressure. */
export type Shop = {
  house: House
  simulator: Simulator
  port: number
  cookie: string
  conversations: string[]
  /** The `data` of an answer. */
  ask: <Data>(method: string, path: string, body?: object) => Promise<Data>
  /** A request over a raw socket, with the session. */
  request: (method: string, path: string, body?: object, headers?: Record<string, string>) => Buffer
  /** A signed message of a customer, over a raw socket. */
  webhook: (id: string, from?: string) => Buffer
  /** Of the whole process, as the kernel counts them. */
  memoryMb: () => number
  openFiles: () => number
  /** The server, and what works for it in its PostgreSQL at the moment. */
  processes: () => Promise<number[]>
  /** Processor time of the server and its PostgreSQL; what they did per second of that says more than a clock on a busy machine. */
  cpuSeconds: () => Promise<number>
  close: () => Promise<void>
}

const owner = {
  workspaceName: 'Pressure',
  name: 'Olga',
  email: 'olga@example.com',
  password: 'a calm river in may 7',
  setupCode,
}
type Options = {
  env?: Record<string, string>
  customers?: number
  /** WhatsApp tells what becomes of each message. */
  statuses?: boolean
}

export async function openShop({ env = {}, customers = 50, statuses = false }: Options = {}): Promise<Shop> {
  const silent = { sent: null, delivered: null, read: null, played: null }
  const simulator = await startSimulator({ behaviour: statuses ? {} : { statuses: silent }, ledger: { keep: 100_000 } })
  const { credentials } = simulator
  const { graphUrl, graphVersion, appSecret, phoneNumberId, businessPhone, businessAccountId } = credentials
  const house = await startHouse({
    WHATSAPP_GRAPH_URL: graphUrl,
    WHATSAPP_GRAPH_VERSION: graphVersion,
    // What the guards of a real installation do is what is tested.
    NODE_ENV: 'production',
    LOG_LEVEL: 'error',
    SESSION_IDLE_HOURS: '720',
    ...env,
  })
  const port = Number(new URL(house.url).port)

  async function call(method: string, path: string, body?: object, cookie?: string): Promise<Response> {
    const response = await fetch(`${house.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', ...(cookie ? { cookie } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return response
  }

  function webhook(id: string, from = '5511900000000'): Buffer {
    const message = {
      from,
      id: `wamid.${id}`,
      timestamp: String(Math.floor(Date.now() / 1000)),
      type: 'text',
      text: { body: `Is my order ready? ${id}` },
    }
    const value = {
      messaging_product: 'whatsapp',
      metadata: { display_phone_number: businessPhone.slice(1), phone_number_id: phoneNumberId },
      contacts: [{ profile: { name: `Customer ${from.slice(-4)}` }, wa_id: from }],
      messages: [message],
    }
    const entry = [{ id: businessAccountId, changes: [{ value, field: 'messages' }] }]
    const body = JSON.stringify({ object: 'whatsapp_business_account', entry })
    const signature = createHmac('sha256', appSecret).update(body).digest('hex')
    return buildRequest('POST', '/api/webhooks/meta', { 'X-Hub-Signature-256': `sha256=${signature}` }, body)
  }

  const signIn = async () =>
    (await call('POST', '/api/auth/login', { email: owner.email, password: owner.password })).headers
      .get('set-cookie')!
      .split(';')[0]!

  const registered = await call('POST', '/api/auth/register', owner)
  const cookie = registered.headers.get('set-cookie')!.split(';')[0]!
  // Several browsers, since one alone may not have all places.
  const sessions = [cookie, await signIn(), await signIn(), await signIn()]
  let turn = 0
  const processes = async () => [house.pid(), ...(await databaseProcesses(env['DATABASE_URL']))]
  const ask = async <Data>(method: string, path: string, body?: object) =>
    ((await (await call(method, path, body, cookie)).json()) as { data: Data }).data
  const shop: Shop = {
    house,
    simulator,
    port,
    cookie,
    conversations: [],
    ask,
    webhook,
    request: (method, path, body, headers = {}) =>
      buildRequest(
        method,
        path,
        { Cookie: sessions[turn++ % sessions.length]!, 'Sec-Fetch-Site': 'same-origin', ...headers },
        body && JSON.stringify(body),
      ),
    memoryMb: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${house.pid()}/status`, 'utf8'))?.[1]) / 1024,
    openFiles: () => readdirSync(`/proc/${house.pid()}/fd`).length,
    processes,
    cpuSeconds: async () => (await processes()).map(cpuSecondsOf).reduce((sum, seconds) => sum + seconds),
    async close() {
      await house.stop()
      await simulator.close()
    },
  }
  await ask('DELETE', '/api/practice')
  const { accessToken, verifyToken } = credentials
  const channel = { businessPhone, phoneNumberId, businessAccountId, accessToken, appSecret, verifyToken }
  await ask('POST', '/api/channels', { name: 'Pressure', ...channel })
  simulator.sendWebhooksTo(`${house.url}/api/webhooks/meta`)
  for (let index = 0; index < customers; index++)
    simulator.receive('text', { body: `Hello, I am number ${index}` }, { from: phoneOf(index) })
  await waitUntil(async () => (shop.conversations = await listConversations(shop)).length >= customers)
  return shop
}

export const phoneOf = (index: number) => `5511955${String(index).padStart(6, '0')}`

async function listConversations({ ask }: Shop): Promise<string[]> {
  type Page = { conversations: { id: string }[] }
  const { conversations } = await ask<Page>('GET', '/api/conversations?page=1&limit=100')
  return conversations.map(({ id }) => id)
}

/** Those that work for this database; none of a PostgreSQL on another machine. */
async function databaseProcesses(url: string | undefined): Promise<number[]> {
  if (!url) return []
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const text = 'select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()'
  const { rows } = await client.query<{ pid: number }>(text).finally(() => client.end())
  return rows.map(({ pid }) => pid).filter((pid) => existsSync(`/proc/${pid}/stat`))
}

function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}
