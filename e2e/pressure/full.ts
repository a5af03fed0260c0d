import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { model, type AppStore } from '../../backend/model/index.ts'
import { openStore } from '../../backend/platform/store/store.ts'
import { waitUntil } from '../house.ts'
import { isMachineBusy } from './machine.ts'
import { offer, type Offered } from './offer.ts'
import { openShop, phoneOf, type Shop } from './shop.ts'

/** The disk runs full under load, stays so for a while, and has room again. What was answered with yes must be there. */
export async function full({ seconds, env }: { seconds: number; env: Record<string, string> }): Promise<string[]> {
  if (env['DATABASE_URL']) {
    console.log('  the disk of PostgreSQL is not ours to fill; the files of media are tested with the JSON store')
    return []
  }
  const folder = await mountSmall(48)
  if (!folder) return []
  try {
    return await fillAndFree(folder, seconds)
  } finally {
    execFileSync('umount', ['-l', folder])
    await rm(folder, { recursive: true, force: true })
  }
}

async function fillAndFree(folder: string, seconds: number): Promise<string[]> {
  const dataFile = join(folder, 'parley.json')
  const shop = await openShop({ env: { DATA_FILE_PATH: dataFile }, statuses: true })
  try {
    const seen = new Seen()
    const disk = join(folder, 'ballast')
    let isOver = false
    const load = Promise.all([
      offer({
        port: shop.port,
        connections: 60,
        seconds: 120,
        until: () => isOver,
        perSecond: 150,
        next: mix(shop, seen),
      }),
      (async () => {
        while (!isOver) await upload(shop, seen)
      })(),
    ])
    await pause(2000)
    await waitUntil(async () => {
      await fill(disk)
      return isFull(shop)
    })
    seen.mode = 'full'
    for (const ends = performance.now() + seconds * 1000; performance.now() < ends; await pause(100)) await fill(disk)
    const sentWhenFull = shop.simulator.ledger.accepted.length
    seen.mode = 'turning'
    await rm(disk)
    // The uploads of this test filled most of it; they have had their answer.
    const freed = performance.now()
    while ((await isFull(shop)) && performance.now() - freed < 20_000) await pause(50)
    const backAfter = Math.round(performance.now() - freed)
    seen.mode = 'after'
    await pause(3000)
    isOver = true
    await load
    const left = performance.now()
    await waitUntil(async () => shop.simulator.ledger.accepted.length >= seen.kept.send.size, 60).catch(() => {})
    await shop.simulator.settled(20_000)
    const sentAfter = Math.round((performance.now() - left) / 1000)
    console.log(seen.describe())
    console.log(
      `  writes again after ${backAfter} ms; ${sentWhenFull} messages at WhatsApp while full, all of them ${sentAfter} s after the load`,
    )
    await shop.house.kill()
    await shop.house.restart()
    await shop.house.kill()
    const problems = [...seen.judge(), ...(await audit(dataFile, seen)), ...doubles(shop)]
    return backAfter > 5000 ? [...problems, `writes came back only after ${backAfter} ms`] : problems
  } finally {
    await shop.close()
  }
}

/** Skipped loudly where nothing can be mounted. */
async function mountSmall(megabytes: number): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-full-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'ignore' })
    return folder
  } catch {
    await rm(folder, { recursive: true })
    console.warn('SKIPPED: a full disk was not tested. Mounting a small one needs root.')
    return undefined
  }
}

/** To the last byte. */
async function fill(path: string): Promise<void> {
  for (let bytes = 2 ** 20; bytes >= 4096;) {
    const before = await appendFile(path, Buffer.alloc(bytes)).then(
      () => true,
      () => false,
    )
    if (!before) bytes /= 4
  }
}

async function isFull({ house }: Shop): Promise<boolean> {
  const text = await (await fetch(`${house.url}/metrics`)).text()
  return /^parley_store_ok 0$/m.test(text)
}

type Mode = 'before' | 'full' | 'turning' | 'after'
type Kind = 'read' | 'note' | 'send' | 'webhook' | 'upload'

/** What was answered, and to what. */
class Seen {
  mode: Mode = 'before'
  readonly kept: { [kind in Exclude<Kind, 'read'>]: Set<string> } = {
    note: new Set(),
    send: new Set(),
    webhook: new Set(),
    upload: new Set(),
  }
  readonly #counts = new Map<string, number>()
  readonly #sentences = new Set<string>()

  note(kind: Kind, status: number, body: string, mode: Mode, name?: string): void {
    // Under way when the disk turned, so either answer is right.
    const key = `${mode === this.mode ? mode : 'turning'} ${kind} ${status}`
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1)
    if (status === 507) this.#sentences.add((JSON.parse(body) as { message: string }).message)
    if (kind === 'read' || status >= 300) return
    this.kept[kind].add(name ?? (JSON.parse(body) as { data: { id: string } }).data.id)
  }

  describe(): string {
    const lines = [...this.#counts].toSorted(([a], [b]) => a.localeCompare(b)).map(([key, count]) => `${key}: ${count}`)
    return `  ${lines.join(', ')}\n  what people read: ${[...this.#sentences].join(' | ')}`
  }

  judge(): string[] {
    const of = (mode: Mode, kind: Kind, wanted: number[]) => {
      const all = [...this.#counts].filter(([key]) => key.startsWith(`${mode} ${kind} `))
      const busy = isMachineBusy() ? [503] : []
      const wrong = all.filter(([key]) => ![...wanted, ...busy].includes(Number(key.split(' ')[2])))
      const isMissing = all.length === 0 ? [`${mode}: no ${kind} was tried`] : []
      return [...isMissing, ...wrong.map(([key, count]) => `${key} × ${count}, instead of ${wanted.join(' or ')}`)]
    }
    return [
      ...of('full', 'read', [200]),
      ...of('full', 'note', [507]),
      ...of('full', 'send', [507]),
      ...of('full', 'upload', [507]),
      ...of('full', 'webhook', [503]),
      ...of('after', 'read', [200]),
      ...of('after', 'note', [201]),
      ...of('after', 'send', [201]),
      ...of('after', 'webhook', [200]),
    ]
  }
}

function mix(shop: Shop, seen: Seen): () => Offered {
  let count = 0
  return () => {
    const turn = count++
    const { mode } = seen
    const conversationId = shop.conversations[turn % shop.conversations.length]!
    const watch = (kind: Kind, request: Buffer, name?: string): Offered => ({
      kind,
      request,
      onAnswer: (status, text) => seen.note(kind, status, text, mode, name),
    })
    if (turn % 6 === 0) return watch('webhook', shop.webhook(`full${turn}`, phoneOf(turn % 50)), `wamid.full${turn}`)
    if (turn % 6 === 1)
      return watch('note', shop.request('POST', `/api/conversations/${conversationId}/notes`, { text: `n${turn}` }))
    if (turn % 6 === 2) {
      const content = { text: `Message ${turn}` }
      return watch('send', shop.request('POST', '/api/messages', { conversationId, type: 'text', content }))
    }
    return watch('read', shop.request('GET', `/api/conversations/${conversationId}/messages?limit=25`))
  }
}

async function upload(shop: Shop, seen: Seen): Promise<void> {
  const { mode } = seen
  const form = new FormData()
  form.set('file', new File([randomBytes(300_000).toString('base64')], 'list.txt', { type: 'text/plain' }))
  const headers = { cookie: shop.cookie, 'sec-fetch-site': 'same-origin' }
  const response = await fetch(`${shop.house.url}/api/media`, { method: 'POST', headers, body: form })
  seen.note('upload', response.status, await response.text(), mode)
  await pause(200)
}

/** Opens what the killed server left. */
async function audit(dataFile: string, { kept }: Seen): Promise<string[]> {
  const { system, close }: AppStore = await openStore(pathToFileURL(dataFile), model)
  const problems: string[] = []
  const missing = async (kind: string, names: Iterable<string>, find: (name: string) => Promise<number>) => {
    let lost = 0
    let more = 0
    for (const name of names) {
      const found = await find(name)
      if (found === 0) lost++
      if (found > 1) more++
    }
    if (lost + more > 0) problems.push(`${kind}: ${lost} of what was acknowledged is lost, ${more} is there twice`)
  }
  await missing('notes', kept.note, async (id) => system.threadEntries.count({ id }))
  await missing('messages of ours', kept.send, async (id) =>
    system.messages.count({ id, status: { in: ['sending', 'unknown', 'accepted', 'sent', 'delivered', 'read'] } }),
  )
  // In doubt is not lost: the answer of WhatsApp could not be noted, and a person is asked.
  const doubtful = await system.messages.count({ direction: 'outbound', status: { in: ['sending', 'unknown'] } })
  console.log(`  ${doubtful} messages are in doubt`)
  await missing('messages of customers', kept.webhook, async (providerMessageId) =>
    system.messages.count({ providerMessageId }),
  )
  await missing('files', kept.upload, async (id) => system.media.count({ id }))
  await close()
  const counts = Object.entries(kept).map(([kind, names]) => `${names.size} ${kind}s`)
  console.log(`  after kill -9: ${counts.join(', ')} were acknowledged and looked for`)
  return problems
}

function doubles({ simulator }: Shop): string[] {
  const twice = simulator.ledger.duplicates((opaque) => opaque.split('.').slice(0, 2).join('.'))
  return twice.size > 0 ? [`${twice.size} messages reached WhatsApp twice`] : []
}
