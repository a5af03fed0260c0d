import type { IncomingMessage, ServerResponse } from 'node:http'
import { createLine, type Line } from './line.ts'
import { kindOf, needsPlace } from './kinds.ts'
import { measureLag } from './lag.ts'
import { createPlaces, usualPlaces, type Limits, type Visitor } from './places.ts'
import { answerOverloaded, answerTooMany } from './refusal.ts'
import { createStorm } from './storm.ts'
import { createTurns, turnMs } from './turns.ts'

/*
 * Refuses at the door what could not be served soon, before anything is spent on it: ten refusals must cost less than one
 * answer, or a flood would leave nothing for those who are let in. Webhooks, health and the pages never come here.
 *
 * - running: from the moment a request is here whole until its answer was written; a slow line holds no place
 * - waiting: each kind has its line (line.ts), so that whoever asks for much at once gets all of it
 * - a turn:  what is begun in one turn of the event loop is little, so that a webhook, or who is refused, never stands behind
 *            a heap of it; and next to nothing while connections come in, because Node takes only one of them in a turn
 * - late:    the event loop, or the disk, is so far behind that only the vital goes on
 * - storm:   so many refusals that they are given later: whoever does not wait asks less often that way (storm.ts)
 */
export type OverloadGuard = {
  /** Serves it now or soon, or refuses it. */
  admit(request: IncomingMessage, response: ServerResponse, serve: () => void): void
  /** To be called for each new connection. */
  noteConnection(): void
  running(): number
  waiting(): number
  stop(): void
}

type Reason = 'full' | 'late' | 'caller'
type Options = {
  places?: Limits | undefined
  /** How many may wait in each line. */
  room?: Record<keyof typeof usualRoom, number>
  /** How late the event loop usually was since it was last asked, in milliseconds. */
  lag?: () => number
  /** How long the oldest write has been waiting, in milliseconds. */
  storeWait?: () => number
  /** Milliseconds of a clock that nobody sets. */
  ticks?: () => number
  every?: (look: () => void) => () => void
  onRefused?: (reason: Reason, seconds: number) => void
}
/** A line, and what became of those who asked in the last seconds. */
type Lane = { line: Line<Waiting>; asked: number; served: number }
type Waiting = Visitor & { response: ServerResponse; start: () => void; since: number }
type Refused = Pick<Waiting, 'response' | 'since'> & { reason: Reason }

const usualRoom = { vital: 128, usual: 128, search: 32, heavy: 32, caller: 128 }
const lateBy = { lag: 200, store: 1000 }
const lookMs = 1000
const sweepMs = 5
/** How long new connections may keep work waiting. */
const connectingMs = 10

export function createOverloadGuard({
  places: limits = usualPlaces,
  room = usualRoom,
  lag = measureLag(),
  storeWait = () => 0,
  ticks = () => performance.now(),
  every = repeat,
  onRefused = () => {},
}: Options = {}): OverloadGuard {
  const places = createPlaces(limits)
  const turns = createTurns()
  const openLane = (most: number, isPatient = false): Lane => ({
    line: createLine(most, isPatient),
    asked: 0,
    served: 0,
  })
  const lanes = {
    vital: openLane(room.vital, true),
    usual: openLane(room.usual),
    search: openLane(room.search),
    heavy: openLane(room.heavy),
    caller: openLane(room.caller),
  }
  const allLanes = Object.values(lanes)
  const storm = createStorm<Refused>()
  let [wasLate, isLate] = [false, false]
  let beganAt = -Infinity
  let sweeping: NodeJS.Timeout | undefined
  let callsLeft = 0
  let callsBegan: number | undefined
  let isForConnecting = false

  const stop = every(() => {
    const isLateNow = lag() > lateBy.lag || storeWait() > lateBy.store
    // Twice in a row: a start, or one pause, is no reason to refuse anybody.
    isLate = wasLate && isLateNow
    wasLate = isLateNow
    storm.look()
    for (const lane of allLanes) {
      lane.asked /= 2
      lane.served /= 2
    }
  })

  function reasonAgainst(visitor: Visitor): Reason | undefined {
    return isLate && visitor.kind !== 'vital' ? 'late' : places.lack(visitor)
  }

  const waiting = () => allLanes.reduce((sum, { line }) => sum + line.size(), 0)

  function sweepSoon(): void {
    sweeping ??= setTimeout(sweep, sweepMs).unref()
  }

  function sweep(): void {
    sweeping = undefined
    const now = ticks()
    for (const { line } of allLanes)
      if (line.size() > 0) for (const one of line.sendAway(now)) refuseSoon(one, reasonAgainst(one) ?? 'full')
    for (const one of storm.release(now)) refuse(one)
    if (storm.size() > 0 || waiting() > 0) sweepSoon()
  }

  function refuseSoon({ response, since }: Waiting, reason: Reason): void {
    const one = { response, since, reason }
    if (storm.hold(one)) sweepSoon()
    else refuse(one)
  }

  function refuse({ response, since, reason }: Refused): void {
    storm.note()
    onRefused(reason, (ticks() - since) / 1000)
    const answer = reason === 'caller' ? answerTooMany : answerOverloaded
    answer(response)
  }

  /** As many as there are places, in the turns of the event loop that are still short. */
  function callNext(): void {
    if (callsLeft > 0) return
    callsLeft = Math.min(waiting(), Math.max(1, places.free()))
    callsBegan = undefined
    // What one of them does at once is done before the next is called, so the time it took is known.
    for (let call = 0; call < callsLeft; call++) setImmediate(callOne)
  }

  function callOne(): void {
    const now = ticks()
    if (callsBegan === undefined) {
      callsBegan = now
      isForConnecting = turns.isConnecting() && now - beganAt < connectingMs
    }
    const isUsedUp = isForConnecting || now - callsBegan > turnMs
    const next = isUsedUp ? undefined : findNext()
    next?.start()
    if (--callsLeft === 0 && (next || isUsedUp)) callNext()
  }

  /** The vital first, then whose kind has got the smallest part of what it asked for: no kind pays for another. */
  function findNext(): Waiting | undefined {
    const first = lanes.vital.line.first(reasonAgainst)
    if (first) return first
    let next: Waiting | undefined
    let smallest = Infinity
    for (const { line, asked, served } of allLanes) {
      if (line.size() === 0 || served / asked >= smallest) continue
      const one = line.first(reasonAgainst)
      if (one) [next, smallest] = [one, served / asked]
    }
    return next
  }

  return {
    admit(request, response, serve) {
      const { url = '', method = '' } = request
      if (!needsPlace(url)) return serve()
      const since = ticks()
      const caller = request.headers.cookie ?? request.socket.remoteAddress ?? ''
      const one: Waiting = { kind: kindOf(method, url), caller, response, start, since }
      const reason = reasonAgainst(one)
      const lane = lanes[reason === 'caller' ? 'caller' : one.kind]
      const { line } = lane
      lane.asked++
      if (reason === 'late') return refuseSoon(one, reason)
      if (!reason && line.size() === 0 && !turns.isUsedUp(since)) return start()
      if (!line.join(one, since, lanes.usual.line.isStanding(since))) return refuseSoon(one, reason ?? 'full')
      sweepSoon()
      if (!reason) callNext()

      function start(): void {
        line.leave(one)
        lane.served++
        beganAt = ticks()
        places.count(one, 1)
        let isCounted = true
        const end = () => {
          if (!isCounted) return
          isCounted = false
          places.count(one, -1)
          if (waiting() > 0) callNext()
        }
        response.once('prefinish', end).once('close', end)
        if (method !== 'GET') setImmediate(waitForBody)
        serve()

        /** Whoever sends slowly waits outside. */
        function waitForBody(): void {
          if (request.complete || !isCounted) return
          end()
          request.once('end', () => {
            if (response.writableEnded || response.destroyed) return
            places.count(one, 1)
            isCounted = true
          })
        }
      }
    },
    noteConnection: turns.noteConnection,
    running: places.running,
    waiting,
    stop,
  }
}

function repeat(look: () => void): () => void {
  const timer = setInterval(look, lookMs).unref()
  return () => clearInterval(timer)
}
