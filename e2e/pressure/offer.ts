import { connect, type Socket } from 'node:net'
import { quantile } from '../../bench/figures.ts'

/** What became of the requests of one kind. */
export type Tally = {
  ok: number
  /** 429, 503 and 507: refused for now. */
  refused: number
  withoutRetryAfter: number
  /** Any other answer, by its status. */
  others: Record<string, number>
  /** The connection ended before an answer came. */
  broken: number
  okTimes: number[]
  refusedTimes: number[]
}
export type Offered = { request: Buffer; kind: string; onAnswer?: (status: number, text: string) => void }

type Offer = {
  port: number
  connections: number
  seconds: number
  /** Whether answers are there or not. Absent: each connection asks again as soon as it has its answer. */
  perSecond?: number
  /** Ends it sooner. */
  until?: () => boolean
  next: () => Offered | undefined
}
export type Result = {
  seconds: number
  tallies: Map<string, Tally>
  all: Tally
  /** Could not be offered: every connection was still waiting for an answer. */
  held: number
}

const newTally = (): Tally => ({
  ok: 0,
  refused: 0,
  withoutRetryAfter: 0,
  others: {},
  broken: 0,
  okTimes: [],
  refusedTimes: [],
})

/** Requests over raw sockets, one under way on each; at a fixed rate, so that a slow server does not slow down the load. */
export async function offer({ port, connections, seconds, perSecond, until, next }: Offer): Promise<Result> {
  const tallies = new Map<string, Tally>()
  const all = newTally()
  const free: Client[] = []
  let isOver = false
  let held = 0
  const clients = Array.from({ length: connections }, () => new Client(port, onFree, note))

  function onFree(client: Client): void {
    if (perSecond === undefined && !isOver) send(client)
    else free.push(client)
  }
  function send(client: Client): void {
    const offered = next()
    if (offered) client.send(offered)
    else free.push(client)
  }
  function note(kind: string, outcome: Outcome): void {
    if (!tallies.has(kind)) tallies.set(kind, newTally())
    for (const tally of [tallies.get(kind)!, all]) count(tally, outcome)
  }

  const started = performance.now()
  const ends = started + seconds * 1000
  if (perSecond === undefined) await new Promise((later) => setTimeout(later, seconds * 1000))
  else {
    let [at, due] = [started, 0]
    while (performance.now() < ends && !until?.()) {
      const before = at
      at = performance.now()
      for (due += ((at - before) / 1000) * perSecond; due >= 1; due--) {
        const client = free.pop()
        if (client) send(client)
        else held++
      }
      await new Promise((later) => setTimeout(later, 2))
    }
  }
  isOver = true
  const elapsed = (performance.now() - started) / 1000
  await Promise.all(clients.map((client) => client.close()))
  return { seconds: elapsed, tallies, all, held }
}

type Outcome = { status: number; ms: number; hasRetryAfter: boolean } | 'broken'

function count(tally: Tally, outcome: Outcome): void {
  if (outcome === 'broken') return void tally.broken++
  const { status, ms, hasRetryAfter } = outcome
  if (status >= 200 && status < 300) {
    tally.ok++
    tally.okTimes.push(ms)
  } else if (status === 429 || status === 503 || status === 507) {
    tally.refused++
    tally.refusedTimes.push(ms)
    if (!hasRetryAfter) tally.withoutRetryAfter++
  } else tally.others[status] = (tally.others[status] ?? 0) + 1
}

class Client {
  readonly #port: number
  readonly #onFree: (client: Client) => void
  readonly #note: (kind: string, outcome: Outcome) => void
  #socket: Socket
  #under: (Offered & { at: number }) | undefined
  #text = ''
  #isClosing = false

  constructor(port: number, onFree: (client: Client) => void, note: (kind: string, outcome: Outcome) => void) {
    this.#port = port
    this.#onFree = onFree
    this.#note = note
    this.#socket = this.#open()
  }

  send(offered: Offered): void {
    this.#under = { ...offered, at: performance.now() }
    this.#text = ''
    this.#socket.write(offered.request)
  }

  async close(): Promise<void> {
    for (const ends = performance.now() + 20_000; this.#under && performance.now() < ends;)
      await new Promise((later) => setTimeout(later, 20))
    this.#isClosing = true
    this.#socket.destroy()
  }

  #open(): Socket {
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true })
    socket.on('connect', () => this.#onFree(this))
    socket.on('data', (chunk) => this.#read(chunk))
    socket.on('error', () => {})
    socket.on('close', () => {
      if (this.#under) this.#note(this.#under.kind, 'broken')
      this.#under = undefined
      if (!this.#isClosing) setTimeout(() => (this.#socket = this.#open()), 20)
    })
    return socket
  }

  #read(chunk: Buffer): void {
    this.#text += chunk.toString('latin1')
    const head = this.#text.indexOf('\r\n\r\n')
    if (head === -1 || !this.#under) return
    const top = this.#text.slice(0, head)
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(top)?.[1] ?? 0)
    if (this.#text.length < head + 4 + length) return
    const { kind, at, onAnswer } = this.#under
    const status = Number(top.slice(9, 12))
    this.#note(kind, { status, ms: performance.now() - at, hasRetryAfter: /\r\nretry-after: \d/i.test(top) })
    onAnswer?.(status, this.#text.slice(head + 4))
    this.#under = undefined
    // The server may close it after this; `close` opens another.
    if (!/\r\nconnection: close/i.test(top)) this.#onFree(this)
  }
}

export function describeTally(name: string, tally: Tally, seconds: number): string {
  const { ok, refused, broken, others, okTimes, refusedTimes } = tally
  const ms = (times: number[], part: number) =>
    `${Math.round(
      quantile(
        times.toSorted((a, b) => a - b),
        part,
      ),
    )} ms`
  const parts = [
    `${Math.round(ok / seconds)}/s ok (p50 ${ms(okTimes, 0.5)}, p99 ${ms(okTimes, 0.99)})`,
    ...(refused ? [`${Math.round(refused / seconds)}/s refused (p99 ${ms(refusedTimes, 0.99)})`] : []),
    ...(broken ? [`${broken} broken`] : []),
    ...Object.entries(others).map(([status, times]) => `${times} × ${status}`),
  ]
  return `  ${name}: ${parts.join(', ')}`
}
