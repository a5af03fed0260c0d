import { quantile } from '../../bench/figures.ts'
import { isMachineBusy } from './machine.ts'
import { describeTally, offer, type Offered, type Result } from './offer.ts'
import { divideProcessors } from './processors.ts'
import { openShop, phoneOf, type Shop } from './shop.ts'

/** Ten times of what the server can do: the part it can do goes on, the rest hears "come again" at once. */
export async function overload({ seconds, env }: { seconds: number; env: Record<string, string> }): Promise<string[]> {
  const shop = await openShop({ env })
  try {
    const calm = Math.min(8, Math.max(4, seconds / 3))
    await offer({ port: shop.port, connections: 16, seconds: 2, next: mix(shop) })
    divideProcessors(await shop.processes())
    const peak = await withVitals(shop, calm, () =>
      offer({ port: shop.port, connections: 32, seconds: calm, next: mix(shop) }),
    )
    const capacity = peak.load.all.ok / calm
    console.log(`capacity ${Math.round(capacity)}/s, ${Math.round(peak.perCpu)} per second of processor`)
    show(peak)
    await new Promise((later) => setTimeout(later, 1000))
    const flood = await withVitals(shop, seconds, () =>
      offer({ port: shop.port, connections: 320, seconds, perSecond: 10 * capacity, next: mix(shop) }),
    )
    const backAfter = await timeUntilCalm(shop)
    // What the flood wrote makes answers longer: a capacity before and one after it.
    const later = await withVitals(shop, calm, () =>
      offer({ port: shop.port, connections: 32, seconds: calm, next: mix(shop) }),
    )
    console.log(`capacity afterwards ${Math.round(later.perCpu)} per second of processor`)
    const { ok, refused } = flood.load.all
    const withinServer = await shareRefusedWithin(shop, '0.05')
    console.log(
      `offered ${Math.round((ok + refused) / seconds)}/s of ${Math.round(10 * capacity)}/s, ${flood.load.held} held back by the generator`,
    )
    show(flood)
    console.log(`  memory at most ${Math.round(flood.memory)} MB; calm after ${backAfter} ms`)
    console.log(`  by the server's own clock ${percent(withinServer)} were refused within 50 ms of being read`)
    const limits = limitsOf(env['DATABASE_URL'] ? 'postgres' : 'json', seconds)
    return judge(flood.perCpu / ((peak.perCpu + later.perCpu) / 2), limits, flood, backAfter)
  } finally {
    await shop.close()
  }
}

type Phase = {
  load: Result
  vitals: Result
  signIns: (number | string)[]
  /** Answers of the load per second of processor time. */
  perCpu: number
  /** The highest, in megabytes. */
  memory: number
}

/** The load, and beside it what must always go on: customers write, people answer them and sign in. */
async function withVitals(shop: Shop, seconds: number, run: () => Promise<Result>): Promise<Phase> {
  const before = await shop.cpuSeconds()
  let memory = 0
  const watch = setInterval(() => (memory = Math.max(memory, shop.memoryMb())), 200)
  const [load, vitals, signIns] = await Promise.all([
    run(),
    offer({ port: shop.port, connections: 40, seconds, perSecond: 40, next: vitalsOf(shop) }),
    signInNowAndThen(shop, seconds),
  ])
  clearInterval(watch)
  return { load, vitals, signIns, memory, perCpu: load.all.ok / ((await shop.cpuSeconds()) - before) }
}

function judge(
  goodput: number,
  limits: Limits,
  { load: { all }, vitals, signIns, memory }: Phase,
  backAfter: number,
): string[] {
  const refusedP99 = p99(all.refusedTimes)
  const webhookP99 = p99(vitals.tallies.get('webhook')?.okTimes ?? [])
  const { ok, refused, broken } = vitals.all
  const accepted = ok / (ok + refused + broken)
  console.log(
    `  goodput ${percent(goodput)} of capacity at equal processor time, refusals p99 ${Math.round(refusedP99)} ms, webhooks and sends ${percent(accepted)}, webhooks p99 ${Math.round(webhookP99)} ms`,
  )
  return [
    ...(goodput < limits.goodput ? [`goodput is ${percent(goodput)} of capacity`] : []),
    ...(refusedP99 > limits.refusedMs && !isMachineBusy() ? [`refusals take ${Math.round(refusedP99)} ms (p99)`] : []),
    ...(webhookP99 > 1000 && !isMachineBusy() ? [`webhooks take ${Math.round(webhookP99)} ms (p99)`] : []),
    ...(all.withoutRetryAfter > 0 ? [`${all.withoutRetryAfter} refusals do not say when to come again`] : []),
    ...(accepted < 0.99 ? [`only ${percent(accepted)} of webhooks and sends were accepted`] : []),
    ...(memory > 700 ? [`memory grew to ${Math.round(memory)} MB`] : []),
    ...(backAfter > 5000 && !isMachineBusy() ? [`back to normal only after ${backAfter} ms`] : []),
    ...signIns.filter((result) => typeof result === 'string').map((answer) => `a sign-in failed: ${answer}`),
    ...(all.broken > 0 ? [`${all.broken} connections were cut`] : []),
    ...Object.entries(all.others).map(([status, times]) => `${times} answers of ${status}`),
  ]
}

/**
 * What a minute was measured to reach, a little below: 80 % and 100 ms are the goal of both. Refusing costs 50 to 90 µs of the
 * one Node that also answers; beside an answer of the JSON store (0.9 ms) the refusals of four times the load are a quarter
 * of its time.
 */
const reached = { json: { goodput: 0.65, refusedMs: 250 }, postgres: { goodput: 0.8, refusedMs: 150 } }

type Limits = { goodput: number; refusedMs: number }

/** A few seconds on two processors vary by half from run to run: they show whether the server collapses or hangs, no more. */
function limitsOf(store: keyof typeof reached, seconds: number): Limits {
  return seconds < 30 ? { goodput: reached[store].goodput / 2, refusedMs: 500 } : reached[store]
}

const p99 = (times: readonly number[]) =>
  quantile(
    times.toSorted((a, b) => a - b),
    0.99,
  )

/** What a clock in the server says: the load runs on the same processors and may itself be late. */
async function shareRefusedWithin({ house }: Shop, seconds: string): Promise<number> {
  const text = await (await fetch(`${house.url}/metrics`)).text()
  const sum = (pattern: RegExp) => [...text.matchAll(pattern)].reduce((all, [, value]) => all + Number(value), 0)
  const within = sum(new RegExp(`^parley_http_refused_seconds_bucket\\{.*le="${seconds}"\\} (\\d+)`, 'gm'))
  return within / sum(/^parley_http_refused_seconds_count\{.*\} (\d+)/gm)
}

const percent = (part: number) => `${(100 * part).toFixed(1)} %`

function show({ load, vitals, signIns }: Phase): void {
  for (const { tallies, seconds } of [load, vitals])
    for (const [kind, tally] of tallies) console.log(describeTally(kind, tally, seconds))
  console.log(
    `  sign-in: ${signIns.map((result) => (typeof result === 'number' ? `${result} ms` : result)).join(', ')}`,
  )
}

/** What browsers of a busy team ask for, in the order of how often. */
function mix(shop: Shop): () => Offered {
  const { request, conversations } = shop
  const lists = conversations.map(() => request('GET', '/api/conversations?page=1&limit=25'))
  const threads = conversations.map((id) => request('GET', `/api/conversations/${id}/messages?limit=25`))
  const search = request('GET', '/api/search?q=number')
  const report = request('GET', '/api/analytics/overview')
  const reads = conversations.map((id) => request('POST', `/api/conversations/${id}/read`, {}))
  const notes = conversations.map((id) => request('POST', `/api/conversations/${id}/notes`, { text: 'Called back.' }))
  let count = 0
  const one = <Item>(list: Item[]) => list[Math.floor(count / 20) % list.length]!
  return () => {
    const turn = count++ % 100
    if (turn % 5 < 2) return { kind: 'list', request: one(lists) }
    if (turn % 5 < 4) return { kind: 'thread', request: one(threads) }
    if (turn < 40) return { kind: 'read mark', request: one(reads) }
    if (turn < 70) return { kind: 'note', request: one(notes) }
    if (turn < 85) return { kind: 'search', request: search }
    return { kind: 'report', request: report }
  }
}

function vitalsOf(shop: Shop): () => Offered {
  const sends = shop.conversations.map((conversationId) =>
    shop.request('POST', '/api/messages', { conversationId, type: 'text', content: { text: 'On its way' } }),
  )
  let count = 0
  return () => {
    const turn = count++
    if (turn % 8 === 0) return { kind: 'send', request: sends[(turn / 8) % sends.length]! }
    return { kind: 'webhook', request: shop.webhook(`v${turn}.${performance.now()}`, phoneOf(turn % 50)) }
  }
}

/** Answers how long each took, or what was answered instead. */
async function signInNowAndThen({ house }: Shop, seconds: number): Promise<(number | string)[]> {
  const results: (number | string)[] = []
  for (const ends = performance.now() + seconds * 1000; performance.now() + 4000 < ends || results.length === 0;) {
    await new Promise((later) => setTimeout(later, 2000))
    const started = performance.now()
    const response = await fetch(`${house.url}/api/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
      body: JSON.stringify({ email: 'olga@example.com', password: 'a calm river in may 7' }),
    })
    results.push(response.ok ? Math.round(performance.now() - started) : `${response.status} ${await response.text()}`)
  }
  return results
}

/** Until ten requests in a row are answered, each within a quarter of a second. */
async function timeUntilCalm({ house, cookie }: Shop): Promise<number> {
  const started = performance.now()
  for (let inARow = 0; inARow < 10 && performance.now() - started < 30_000;) {
    const at = performance.now()
    const { ok } = await fetch(`${house.url}/api/conversations?page=1&limit=25`, { headers: { cookie } })
    inARow = ok && performance.now() - at < 250 ? inARow + 1 : 0
    await new Promise((later) => setTimeout(later, 20))
  }
  return Math.round(performance.now() - started)
}
