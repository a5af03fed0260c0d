import { inSeconds } from './clock.ts'
import { numberOf } from './emit.ts'
import { encodeWamid } from './ids.ts'
import { text } from './payloads/content.ts'
import { type BusinessNumber, type Change, mergedEnvelope, messagesChange } from './payloads/envelope.ts'
import { inboundMessage } from './payloads/message.ts'
import { contactEntry, type Person } from './payloads/person.ts'
import { contactsOfStatus, type StatusName, statusOf } from './payloads/status.ts'
import type { Simulation } from './simulation.ts'
import { encodeWebhook } from './webhooks/encode.ts'
import { shuffled, split } from './webhooks/outbox.ts'
import { userIdOf } from './world/customers.ts'
import { businessNumber } from './world/world.ts'

export interface FloodOptions {
  /** Inbound messages; statuses come on top. */
  messages: number
  /** Accepted messages whose statuses are sent as well, with the last status each shall end at. */
  statuses?: readonly {
    wamid: string
    phone: string
    final: 'sent' | 'delivered' | 'read' | 'failed'
    opaque?: string
  }[]
  customers?: number
  phoneNumberId?: string
  /** Share of items sent more than once, and how often at most. */
  duplicate?: number
  maxCopies?: number
  /** Items move up to this far from their place. 1 keeps the order. */
  shuffleWithin?: number
  batch?: { min: number; max: number }
  parallel?: number
  /** Wait before trying again after anything but 200; the flood never gives an item up. */
  retryAfterMs?: number
  /** Distinguishes the wamids of several floods. */
  run?: string
  onProgress?: (done: number, total: number) => void
  signal?: AbortSignal
}

export interface FloodReport {
  posts: number
  attempts: number
  /** Items sent, copies included. */
  items: number
  unique: number
  ms: number
}

/** The messages of a flood are functions of their number, so that a million of them can be checked without keeping them. */
export const floodWamid = (run: string, index: number): string =>
  encodeWamid('16501000000', 'in', `${run}${index.toString(16).toUpperCase().padStart(12, '0')}`)

export const floodBody = (run: string, index: number): string => `flood ${run} ${index}`

export const floodPhone = (index: number, customers: number): string =>
  `1650${String(1_000_000 + (index % customers)).padStart(7, '0')}`

/** Posts until every item was acknowledged. The receiver may be killed and started again meanwhile. */
export async function flood(simulation: Simulation, options: FloodOptions): Promise<FloodReport> {
  const began = performance.now()
  const { random, courier } = simulation
  const number = numberOf(simulation, { phoneNumberId: options.phoneNumberId })
  const [app] = simulation.world.apps.values()
  const url = app?.subscription?.callbackUrl
  if (!app || url === undefined) throw new RangeError('The app has no callback URL to flood.')
  const batch = options.batch ?? { min: 1, max: 1000 }
  const total = options.messages + countStatuses(options)
  const running = new Set<Promise<void>>()
  const report: FloodReport = { posts: 0, attempts: 0, items: 0, unique: total, ms: 0 }

  const post = async (changes: Change[]): Promise<void> => {
    const level = (['entries', 'changes', 'values'] as const)[Math.floor(random() * 3)] ?? 'values'
    const delivery = await courier.deliver({
      url,
      appSecret: app.secret,
      body: encodeWebhook(mergedEnvelope(changes, level)),
      items: changes.length,
      fields: ['messages'],
      retryAfterMs: () => (options.signal?.aborted ? undefined : (options.retryAfterMs ?? 200)),
    })
    report.posts += 1
    report.attempts += delivery.attempts.length
    report.items += changes.length
    options.onProgress?.(report.items, total)
  }

  const send = async (changes: Change[]): Promise<void> => {
    for (const part of split(changes)) {
      while (running.size >= (options.parallel ?? 32)) await Promise.race(running)
      const job: Promise<void> = post(part).finally(() => running.delete(job))
      running.add(job)
    }
  }

  const items = floodItems(simulation, options, { accountId: number.accountId, number: businessNumber(number) })
  let collected: Change[] = []
  let size = between(batch.min, batch.max, random())
  for (const change of disordered(items, options, random)) {
    if (options.signal?.aborted) break
    collected.push(change)
    if (collected.length < size) continue
    await send(collected)
    collected = []
    size = between(batch.min, batch.max, random())
  }
  await send(collected)
  await Promise.all(running)
  report.ms = Math.round(performance.now() - began)
  return report
}

const between = (min: number, max: number, chance: number): number => min + Math.floor(chance * (max - min + 1))

const STEPS: Record<string, StatusName[]> = {
  sent: ['sent'],
  delivered: ['sent', 'delivered'],
  read: ['sent', 'delivered', 'read'],
  failed: ['failed'],
}

const countStatuses = (options: FloodOptions): number =>
  (options.statuses ?? []).reduce((sum, one) => sum + (STEPS[one.final]?.length ?? 0), 0)

function* floodItems(
  simulation: Simulation,
  options: FloodOptions,
  target: { accountId: string; number: BusinessNumber },
): Generator<Change> {
  const run = options.run ?? 'F100D'
  const customers = options.customers ?? 1000
  const timestamp = inSeconds(simulation.clock.now())
  for (let index = 0; index < options.messages; index += 1) {
    const phone = floodPhone(index, customers)
    const from: Person = { phone, userId: userIdOf(phone), name: `Flood ${phone.slice(-4)}` }
    const message = inboundMessage(
      { id: floodWamid(run, index), timestamp, from },
      text({ body: floodBody(run, index) }),
    )
    yield messagesChange(target.accountId, target.number, { contacts: [contactEntry(from)], messages: [message] })
  }
  for (const { wamid, phone, final, opaque } of options.statuses ?? []) {
    const recipient: Person = { phone, userId: userIdOf(phone) }
    for (const [step, status] of (STEPS[final] ?? []).entries()) {
      yield messagesChange(target.accountId, target.number, {
        contacts: contactsOfStatus(status, recipient),
        statuses: [statusOf({ wamid, status, timestamp: timestamp + step, recipient, opaque })],
      })
    }
  }
}

/** Copies some items and moves all of them about, in a window, so that a million need no million in memory. */
function* disordered(items: Iterable<Change>, options: FloodOptions, random: () => number): Generator<Change> {
  const window = options.shuffleWithin ?? 5000
  const maxCopies = options.maxCopies ?? 5
  let held: Change[] = []
  for (const item of items) {
    const copies = random() < (options.duplicate ?? 0.3) ? 2 + Math.floor(random() * (maxCopies - 1)) : 1
    for (let copy = 0; copy < copies; copy += 1) held.push(item)
    if (held.length < window * 2) continue
    if (window > 1) held = shuffled(held, random)
    yield* held.splice(0, window)
  }
  yield* window > 1 ? shuffled(held, random) : held
}
