/*
 * A million webhook items, 30 % of them duplicated, shuffled, in batches of 1 to 1,000, posted in parallel, while the whole
 * server is killed with kill -9 again and again. Then everything is counted: nothing lost, nothing double, every status final.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { model, type AppStore } from '../../backend/model/index.ts'
import { openStore } from '../../backend/platform/store/store.ts'
import { floodWamid } from '../../backend/simulator/flood.ts'
import { waitUntil } from '../house.ts'
import { setStage, type Stage } from './stage.ts'

const finals = ['sent', 'delivered', 'read', 'failed'] as const
const run = 'F100D'

export type FloodOptions = { items: number; killMs: number }

export async function floodWebhooks(store: string, options: FloodOptions): Promise<string[]> {
  const silent = { sent: null, delivered: null, read: null, played: null }
  const stage = await setStage({ store, simulator: { behaviour: { statuses: silent }, ledger: { keep: 0 } } })
  const house = stage.houses[0]!
  try {
    const sent = await sendSome(stage, Math.min(400, Math.ceil(options.items / 20)))
    const kills = await floodAndKill(stage, options, sent)
    console.log(`${store}: ${options.items} messages and ${sent.length} threads of statuses posted; ${kills} kills`)
    await house.kill()
    await house.restart()
    await waitUntilDrained(stage, options.items)
    await house.kill()
    const problems = await audit(stage.storeUrl, options.items, sent)
    return kills > 0 ? problems : ['nothing was killed while the flood lasted', ...problems]
  } finally {
    await stage.close()
  }
}

type Template = {
  id: string
  variables: { header: string[]; body: string[]; buttons: unknown[]; headerMedia: string | null }
}
type Sent = { id: string; wamid: string; phone: string; final: (typeof finals)[number] }

/** Messages of ours that Meta has accepted, whose statuses then come in any order. */
async function sendSome({ ask }: Stage, count: number): Promise<Sent[]> {
  const phones = Array.from({ length: count }, (_, index) => `1999555${String(index).padStart(4, '0')}`)
  const { channels } = await ask('GET', '/api/channels')
  const channelId = (channels as { id: string }[])[0]!.id
  await ask('POST', '/api/templates/sync', {})
  const { templates } = await ask('GET', '/api/templates?status=APPROVED')
  const { id: templateId } = (templates as Template[]).find(
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
    const { id } = await ask('POST', '/api/messages', body)
    made.push({ id, phone })
  }
  const sent: Sent[] = []
  for (const [index, { id, phone }] of made.entries()) {
    let wamid: string | null = null
    await waitUntil(async () => {
      wamid = (await ask('GET', `/api/messages/${id}`)).providerMessageId
      return wamid !== null
    })
    sent.push({ id, wamid: wamid!, phone, final: finals[index % finals.length]! })
  }
  return sent
}

async function floodAndKill(
  { houses, simulator }: Stage,
  { items, killMs }: FloodOptions,
  sent: readonly Sent[],
): Promise<number> {
  const house = houses[0]!
  let kills = 0
  let flooding = true
  let [posted, shown] = [0, 0]
  const killer = (async () => {
    while (flooding) {
      // On a quick machine a short flood would be over before its time.
      const [due, enough] = [performance.now() + killMs, posted + items / 8]
      while (flooding && performance.now() < due && posted < enough) await pause(20)
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
      posted = done
      if (done - shown < total / 20) return
      shown = done
      console.log(`  ${Math.round((100 * done) / total)} % posted, ${kills} kills`)
    },
  })
  flooding = false
  await killer
  return kills
}

async function waitUntilDrained({ ask }: Stage, items: number): Promise<void> {
  let before = -1
  await waitUntil(async () => {
    await pause(2000)
    const newest = '/api/messages?direction=inbound&page=1&limit=1'
    const { total } = (await ask('GET', newest)).pagination as { total: number }
    const settled = total === before && total >= items
    before = total
    return settled
  }, 900)
}

/** Opens the store that the killed server left and recounts it. */
async function audit(url: string, items: number, sent: readonly Sent[]): Promise<string[]> {
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
