/*
 * `npm run torture`: a million webhook items, 30 % of them duplicated, shuffled, in batches of 1 to 1,000, posted in
 * parallel, while the whole server is killed with kill -9 again and again. Then everything is counted: nothing lost,
 * nothing double, every status final. `-- --items 5000` for a short one, `--store json|postgres`.
 */
import { parseArgs } from 'node:util'
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { createDatabase } from '../bench/processes.ts'
import { model, type AppStore } from '../backend/model/index.ts'
import { openStore } from '../backend/platform/store/store.ts'
import { floodWamid } from '../backend/simulator/flood.ts'
import { startSimulator, type Simulator } from '../backend/simulator/simulator.ts'
import { setupCode, startHouse, waitUntil, type House } from './house.ts'

const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '1000000' },
    store: { type: 'string' },
    /** Milliseconds between two kills. */
    kill: { type: 'string', default: '4000' },
  },
})
const items = Number(values.items)
const finals = ['sent', 'delivered', 'read', 'failed'] as const
const run = 'F100D'

let failed = 0
for (const store of values.store?.split(',') ?? ['json', 'postgres']) {
  const problems = await torture(store)
  failed += problems.length > 0 ? 1 : 0
  console.log(
    problems.length === 0
      ? `✓ ${store}: nothing lost, nothing double, every status final`
      : `✗ ${store}:\n  ${problems.join('\n  ')}`,
  )
}
process.exitCode = failed === 0 ? 0 : 1

async function torture(store: string): Promise<string[]> {
  const database = store === 'postgres' ? await createDatabase() : undefined
  const silent = { sent: null, delivered: null, read: null, played: null }
  const simulator = await startSimulator({ behaviour: { statuses: silent }, ledger: { keep: 0 } })
  const { credentials } = simulator
  const house = await startHouse({
    WHATSAPP_GRAPH_URL: credentials.graphUrl,
    WHATSAPP_GRAPH_VERSION: credentials.graphVersion,
    LOG_LEVEL: 'error',
    ...(database ? { DATABASE_URL: database.url } : {}),
  })
  try {
    const cookie = await connect(house, simulator)
    const sent = await sendSome(house, cookie, Math.min(400, Math.ceil(items / 20)))
    const kills = await floodAndKill(house, simulator, sent)
    console.log(`${store}: ${items} messages and ${sent.length} threads of statuses posted; ${kills} kills`)
    await house.kill()
    await house.restart()
    const url = database?.url ?? pathToFileURL(join(house.folder, 'parley.json')).href
    await waitUntilDrained(house, cookie)
    await house.kill()
    return await audit(url, sent)
  } finally {
    await house.stop()
    await simulator.close()
    await database?.drop()
  }
}

async function connect(house: House, { credentials, sendWebhooksTo }: Simulator): Promise<string> {
  const registered = await call(house, 'POST', '/api/auth/register', {
    workspaceName: 'Torture',
    name: 'Olga',
    email: 'olga@example.com',
    password: 'a calm river in may 7',
    setupCode,
  })
  const cookie = registered.headers.get('set-cookie')!.split(';')[0]!
  await call(house, 'DELETE', '/api/practice', undefined, cookie)
  const { businessPhone, phoneNumberId, businessAccountId, accessToken, appSecret, verifyToken } = credentials
  await call(
    house,
    'POST',
    '/api/channels',
    { name: 'Torture', businessPhone, phoneNumberId, businessAccountId, accessToken, appSecret, verifyToken },
    cookie,
  )
  await sendWebhooksTo(`${house.url}/api/webhooks/meta`)
  return cookie
}

type Template = {
  id: string
  variables: { header: string[]; body: string[]; buttons: unknown[]; headerMedia: string | null }
}
type Sent = { id: string; wamid: string; phone: string; final: (typeof finals)[number] }

/** Messages of ours that Meta has accepted, whose statuses then come in any order. */
async function sendSome(house: House, cookie: string, count: number): Promise<Sent[]> {
  const phones = Array.from({ length: count }, (_, index) => `1999555${String(index).padStart(4, '0')}`)
  const { channels } = await ask<{ channels: { id: string }[] }>(house, 'GET', '/api/channels', undefined, cookie)
  const channelId = channels[0]!.id
  await call(house, 'POST', '/api/templates/sync', {}, cookie)
  const approved = '/api/templates?status=APPROVED'
  const { templates: list } = await ask<{ templates: Template[] }>(house, 'GET', approved, undefined, cookie)
  const { id: templateId } = list.find(
    ({ variables }) =>
      variables.body.length + variables.header.length + variables.buttons.length === 0 && !variables.headerMedia,
  )!
  const made: { id: string; phone: string }[] = []
  for (const phone of phones) {
    const body = {
      to: `+${phone}`,
      channelId,
      type: 'template',
      content: { templateId },
    }
    const { id } = await ask<{ id: string }>(house, 'POST', '/api/messages', body, cookie)
    made.push({ id, phone })
  }
  const sent: Sent[] = []
  for (const [index, { id, phone }] of made.entries()) {
    let wamid: string | null = null
    await waitUntil(async () => {
      const stored = await ask<{ providerMessageId: string | null }>(
        house,
        'GET',
        `/api/messages/${id}`,
        undefined,
        cookie,
      )
      wamid = stored.providerMessageId
      return wamid !== null
    })
    sent.push({ id, wamid: wamid!, phone, final: finals[index % finals.length]! })
  }
  return sent
}

async function floodAndKill(house: House, simulator: Simulator, sent: readonly Sent[]): Promise<number> {
  let kills = 0
  let flooding = true
  let shown = 0
  const killer = (async () => {
    while (flooding) {
      await new Promise((later) => setTimeout(later, Number(values.kill)))
      if (!flooding) return
      await house.kill()
      kills++
      await house.restart()
    }
  })()
  await simulator.flood({
    messages: items,
    statuses: sent,
    run,
    duplicate: 0.3,
    maxCopies: 3,
    shuffleWithin: 500,
    batch: { min: 1, max: 1000 },
    parallel: 8,
    retryAfterMs: 300,
    onProgress(done, total) {
      if (done - shown < total / 20) return
      shown = done
      console.log(`  ${Math.round((100 * done) / total)} % posted, ${kills} kills`)
    },
  })
  flooding = false
  await killer
  return kills
}

async function waitUntilDrained(house: House, cookie: string): Promise<void> {
  let before = -1
  await waitUntil(async () => {
    await new Promise((later) => setTimeout(later, 2000))
    const newest = '/api/messages?direction=inbound&page=1&limit=1'
    const { pagination } = await ask<{ pagination: { total: number } }>(house, 'GET', newest, undefined, cookie)
    const { total } = pagination
    const settled = total === before && total >= items
    before = total
    return settled
  }, 900)
}

/** Opens the store that the killed server left and recounts it. */
async function audit(url: string, sent: readonly Sent[]): Promise<string[]> {
  const store: AppStore = await openStore(url, model)
  const problems: string[] = []
  const expected = new Set(Array.from({ length: items }, (_, index) => floodWamid(run, index)))
  let after: { value: string; id: string } | undefined
  let unread = 0
  for (;;) {
    const page = await store.system.messages.find({
      where: { direction: 'inbound' },
      limit: 5000,
      ...(after ? { after } : {}),
    })
    for (const { providerMessageId } of page)
      if (!expected.delete(providerMessageId!)) problems.push(`not expected, or there twice: ${providerMessageId}`)
    if (page.length < 5000) break
    after = { value: page.at(-1)!.id, id: page.at(-1)!.id }
  }
  if (expected.size > 0) problems.push(`${expected.size} messages are lost`)
  const sums = await store.system.conversations.group({ by: [], sum: ['unreadCount'] })
  unread = sums[0]?.sums[0] ?? 0
  if (unread !== items) problems.push(`${unread} unread instead of ${items}`)
  for (const { id, wamid, final } of sent) {
    const message = await store.system.messages.get(id)
    if (message?.status !== final || message.providerMessageId !== wamid)
      problems.push(`${id} ended as ${message?.status} instead of ${final}`)
  }
  const waiting = await store.system.webhookDeliveries.count({ state: 'waiting' })
  if (waiting > 0) problems.push(`${waiting} deliveries still wait`)
  await store.close()
  return problems.slice(0, 20)
}

async function call(house: House, method: string, path: string, body?: object, cookie?: string): Promise<Response> {
  const response = await fetch(`${house.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', ...(cookie ? { cookie } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
  return response
}

/** The `data` of an answer. */
async function ask<Data>(...request: Parameters<typeof call>): Promise<Data> {
  return ((await (await call(...request)).json()) as { data: Data }).data
}
