import { setTimeout as pause } from 'node:timers/promises'
import type { House } from '../house.ts'
import type { Answer, Stage } from './stage.ts'

export type Request = { kind: string; method: string; path: string; body: object; marker: string }
/** `answer` is missing when nobody knows: the client gave up asking. */
export type Entry = Request & { answer?: Answer; tries: number }

export type Client = {
  /** Everything that was asked for, with what was answered. */
  ledger: Entry[]
  /** Asks with one Idempotency-Key until there is an answer, as a careful program does. */
  request(request: Request): Promise<Entry>
  /** From now on it asks a little longer and then gives up. */
  lastCalls(): void
  /** Asks once more for what nobody knows. */
  finish(house: House): Promise<void>
}

const betweenTries = 150
/** A key that a killed process held on PostgreSQL is taken for a minute; nobody waits for that here. */
const lastPatience = 4000

/** An impatient one asks once, and takes silence for an answer. */
export function createClient(stage: Stage, { isPatient = true } = {}): Client {
  const ledger: Entry[] = []
  let ends = Infinity

  const anyHouse = () => stage.houses[Math.floor(Math.random() * stage.houses.length)]!

  async function tryOnce(house: House, { method, path, body, marker }: Request): Promise<Answer | undefined> {
    try {
      const answer = await stage.call(house, method, path, body, { 'idempotency-key': marker })
      return isDefinite(answer) ? answer : undefined
    } catch {
      return undefined
    }
  }

  return {
    ledger,
    async request(request) {
      const entry: Entry = { ...request, tries: 0 }
      ledger.push(entry)
      while (!entry.answer && Date.now() < ends) {
        if (entry.tries > 0) await pause(betweenTries)
        entry.tries++
        const answer = await tryOnce(anyHouse(), request)
        if (answer) entry.answer = answer
        else if (!isPatient) entry.answer = silence
      }
      return entry
    },
    lastCalls: () => void (ends = Date.now() + lastPatience),
    async finish(house) {
      for (const entry of ledger.filter(({ answer }) => !answer)) {
        entry.tries++
        const answer = await tryOnce(house, entry)
        if (answer) entry.answer = answer
      }
    },
  }
}

/** Audited like a refusal: whoever got no answer must have had no effect. */
const silence: Answer = { status: 599, body: {}, headers: new Headers() }

/** Neither "come again" nor an accident. */
export function isDefinite({ status, body }: Answer): boolean {
  return status < 500 && status !== 429 && body.error?.code !== 'idempotency.in_progress'
}

export type Kills = {
  rounds: number
  everyMs: readonly [least: number, most: number]
  /** One of several programs stands still for so long now and then: longer than any lease, and then it goes on. */
  freezeMs: number
  note: (line: string) => void
}

/** Kills one program after another, and starts each again. Answers what ended by itself. */
export async function killAgainAndAgain(houses: readonly House[], kills: Kills): Promise<string[]> {
  const { rounds, everyMs, freezeMs, note } = kills
  const problems: string[] = []
  for (let round = 1; round <= rounds; round++) {
    await pause(everyMs[0] + Math.random() * (everyMs[1] - everyMs[0]))
    const house = houses[round % houses.length]!
    if (house.endedBy() !== null) problems.push(`round ${round}: it ended by itself with ${house.endedBy()}`)
    if (freezeMs > 0 && houses.length > 1 && round % 10 === 5) {
      house.freeze()
      await pause(freezeMs)
      house.thaw()
      continue
    }
    await house.kill()
    await house.restart()
    if (round % 10 === 0) note(`${round} kills`)
  }
  return problems
}
