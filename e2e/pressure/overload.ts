import { quantile } from '../../bench/figures.ts'
import { isMachineBusy } from './machine.ts'
import { describeTally, offer, type Offered, type Result } from './offer.ts'
import { divideProcessors } from './processors.ts'
import { openShop, phoneOf, type Shop } from './shop.ts'

/** Ten times of what the server can do: the part it can do goes on, the rest hears "come again". */
export async function overload({ seconds, env }: { seconds: number; env: Record<string, string> }): Promise<string[]> {
  const shop = await openShop({ env })
  try {
    const calm = Math.min(10, Math.max(4, seconds / 3))
    await offer({ port: shop.port, connections: 16, seconds: 2, next: mix(shop) })
    divideProcessors(await shop.processes())
    const before = await withVitals(shop, calm, { connections: 32 })
    const capacity = before.load.all.ok / calm
    console.log(`capacity ${Math.round(capacity)}/s`)
    show(before)
    await new Promise((later) => setTimeout(later, 1000))
    const flood = await withVitals(shop, seconds, { connections: 320, perSecond: 10 * capacity })
    const backAfter = await timeUntilCalm(shop)
    const after = await withVitals(shop, calm, { connections: 32 })
    const { ok, refused } = flood.load.all
    console.log(
      `offered ${Math.round((ok + refused) / seconds)}/s of ${Math.round(10 * capacity)}/s, ${flood.load.held} held back by the generator`,
    )
    show(flood)
    console.log(`  memory at most ${Math.round(flood.memory)} MB; calm after ${backAfter} ms`)
    return judge(goodputAtBothEnds(before, flood, after, calm), limitsOf(seconds), flood, backAfter)
  } finally {
    await shop.close()
  }
}

/**
 * What the flood writes makes answers longer, so its first seconds are held against the capacity before it and its last
 * ones against the capacity after it, both per second of processor time.
 */
function goodputAtBothEnds(before: Phase, flood: Phase, after: Phase, seconds: number): number {
  const first = perCpu(flood.samples.slice(0, seconds + 1))
  const last = perCpu(flood.samples.slice(-seconds - 1))
  const [capacity, later] = [perCpu(before.samples), perCpu(after.samples)]
  const round = (figure: number) => Math.round(figure)
  console.log(
    `answers per second of processor: ${round(capacity)} before, ${round(first)} in the first and ${round(last)} in the last seconds of the flood, ${round(later)} after it`,
  )
  return (first / capacity + last / later) / 2
}

type Phase = {
  load: Result
  vitals: Result
  signIns: (number | string)[]
  /** Once a second. */
  samples: Sample[]
  /** The highest, in megabytes. */
  memory: number
}
type Sample = { answered: number; cpuSeconds: number }

/** The load, and beside it what must always go on: customers write, people answer them and sign in. */
async function withVitals(
  shop: Shop,
  seconds: number,
  load: { connections: number; perSecond?: number },
): Promise<Phase> {
  const { port } = shop
  const samples: Sample[] = []
  let [answered, memory] = [0, 0]
  const next = mix(shop, (status) => {
    if (status < 300) answered++
  })
  const sample = async () => void samples.push({ answered, cpuSeconds: await shop.cpuSeconds() })
  await sample()
  const watches = [
    setInterval(() => (memory = Math.max(memory, shop.memoryMb())), 200),
    setInterval(() => void sample(), 1000),
  ]
  const results = await Promise.all([
    offer({ port, seconds, next, ...load }),
    offer({ port, connections: 40, seconds, perSecond: 40, next: vitalsOf(shop) }),
    signInNowAndThen(shop, seconds),
  ])
  for (const watch of watches) clearInterval(watch)
  await sample()
  return { load: results[0], vitals: results[1], signIns: results[2], memory, samples }
}

function perCpu(samples: readonly Sample[]): number {
  const [first, last] = [samples[0]!, samples.at(-1)!]
  return (last.answered - first.answered) / (last.cpuSeconds - first.cpuSeconds)
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
    ...(!(goodput >= limits.goodput) ? [`goodput is ${percent(goodput)} of capacity`] : []),
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
 * Whoever asks again at once hears later of it the more there are (storm.ts): a refusal takes up to a quarter of a second
 * then, and leaves the time to those who are let in.
 */
const goals = { goodput: 0.8, refusedMs: 300 }

type Limits = { goodput: number; refusedMs: number }

/** A few seconds on two processors vary by half from run to run: they show whether the server collapses or hangs, no more. */
function limitsOf(seconds: number): Limits {
  return seconds < 30 ? { goodput: goals.goodput / 2, refusedMs: 600 } : goals
}

const p99 = (times: readonly number[]) =>
  quantile(
    times.toSorted((a, b) => a - b),
    0.99,
  )

const percent = (part: number) => `${(100 * part).toFixed(1)} %`

function show({ load, vitals, signIns }: Phase): void {
  for (const { tallies, seconds } of [load, vitals])
    for (const [kind, tally] of tallies) console.log(describeTally(kind, tally, seconds))
  console.log(
    `  sign-in: ${signIns.map((result) => (typeof result === 'number' ? `${result} ms` : result)).join(', ')}`,
  )
}

/** What browsers of a busy team ask for, in the order of how often. */
function mix(shop: Shop, onAnswer: (status: number) => void = () => {}): () => Offered {
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
    if (turn % 5 < 2) return { kind: 'list', request: one(lists), onAnswer }
    if (turn % 5 < 4) return { kind: 'thread', request: one(threads), onAnswer }
    if (turn < 40) return { kind: 'read mark', request: one(reads), onAnswer }
    if (turn < 70) return { kind: 'note', request: one(notes), onAnswer }
    if (turn < 85) return { kind: 'search', request: search, onAnswer }
    return { kind: 'report', request: report, onAnswer }
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
