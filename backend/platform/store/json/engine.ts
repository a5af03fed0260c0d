import { StorageFull, StoreBusy, StoreUnavailable, type StoreOperations } from '../port.ts'
import type { Log } from '../store.ts'
import type { Journal, JournalEvents } from './disk/journal.ts'
import { encodeCommit } from './encode.ts'
import { Gate } from './gate.ts'
import { Changes } from './memory/changes.ts'
import { Operations, type Tables } from './memory/operations.ts'
import type { Table } from './memory/table.ts'
import { PendingCommits } from './pending.ts'
import { Turn } from './turn.ts'

export type EngineState = 'ok' | 'full' | 'failed' | 'closing'

export type EngineOptions = {
  log: Log
  /** Milliseconds of a clock that nobody sets. */
  ticks: () => number
  /** While the disk is full, it is asked this often whether there is room again. */
  probeEveryMs: number
  /** Called before the store is written to after it was full. */
  prepare: () => Promise<void>
  onFailed: (error: unknown) => void
  /** Commits that changed these collections are on disk. */
  onDurable: (tables: ReadonlySet<Table>) => void
}

type Answer<T> = { resolve: (value: T) => void; reject: (error: unknown) => void }

const mostWaiting = 10_000
const mostWaitingText = 64 * 2 ** 20
const longestWaitMs = 2000
/** So much that it cannot hide in the unused end of a full disk's last block. */
const probeLine = `[]${' '.repeat(64 * 1024)}\n`

/**
 * Runs writers one after the other against memory and hands what they changed to the journal. The next writer does not
 * wait for the disk: it builds on what the one before did, and as the journal keeps their order, it cannot become durable
 * sooner. Everybody outside waits: no answer of a write, no error and no read leaves before all it saw is on disk.
 */
export class Engine implements JournalEvents {
  readonly #tables: Tables
  readonly #options: EngineOptions
  readonly #gate = new Gate()
  readonly #pending = new PendingCommits()
  readonly #atRest: (() => void)[] = []
  #journal: Journal | undefined
  #turn: Turn | undefined
  #state: EngineState = 'ok'
  #reason: unknown
  #probe: NodeJS.Timeout | undefined

  constructor(tables: Tables, options: EngineOptions) {
    this.#tables = tables
    this.#options = options
  }

  /** With a reason, the store begins full: it can be read, and written as soon as there is room. */
  start(journal: Journal, isFull?: unknown): void {
    this.#journal = journal
    if (isFull) this.onFull(isFull)
  }

  get status() {
    const since = this.#oldest
    return {
      state: this.#state,
      reason: this.#reason === undefined ? undefined : String(this.#reason),
      waiting: this.#gate.waiting + this.#pending.size,
      waitingText: this.#pending.length,
      waitingMs: since === undefined ? 0 : this.#options.ticks() - since,
    }
  }

  read<T>(table: Table | undefined, compute: (operations: Operations) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const attempt = () =>
        this.between(() => {
          if (this.#state === 'failed') return reject(this.#unavailable())
          try {
            const value = compute(new Operations(this.#tables, new Changes()))
            // What it saw was taken back, so it was never so: look again.
            const waiter = { durable: () => resolve(value), undone: attempt, failed: reject }
            this.#pending.whenDurable(table?.lastCommit ?? 0, waiter)
          } catch (error) {
            reject(error)
          }
        })
      attempt()
    })
  }

  write<T>(run: (operations: Operations) => T): Promise<T> {
    return this.#takeTurn((turn, answer) => {
      try {
        this.#commit(turn, run(turn.operations), answer)
      } catch (error) {
        this.#abandon(turn, error, answer)
      }
    })
  }

  transaction<T>(run: (tx: StoreOperations) => Promise<T>): Promise<T> {
    return this.#takeTurn((turn, answer) => {
      const ran = (async () => run(turn.open()))()
      void ran
        .then((value) => this.#commit(turn, value, answer))
        .catch((error: unknown) => this.#abandon(turn, error, answer))
    })
  }

  /** Runs it while no writer is in the middle of something. */
  between(run: () => void): void {
    this.#gate.between(run)
  }

  onDurable(count: number): void {
    const commits = this.#pending.settle(count)
    const tables = new Set<Table>()
    for (const commit of commits) {
      for (const table of commit.tables) tables.add(table)
      for (const waiter of commit.waiters) waiter.durable()
    }
    this.#options.onDurable(tables)
    this.#rest()
  }

  onFull(reason: unknown): void {
    this.#turn?.changes.undo()
    const undone = this.#pending.undo()
    if (this.#state === 'ok') {
      this.#state = 'full'
      this.#options.log.error(
        `There is no room to store anything (${String(reason)}). Reading goes on, writing waits for room.`,
      )
    }
    this.#reason = reason
    this.#stopTurn(new StorageFull('There is no room to store anything'))
    for (const { waiters } of undone) for (const waiter of waiters) waiter.undone()
    if (this.#state === 'full')
      this.#probe ??= setTimeout(() => void this.#askForRoom(), this.#options.probeEveryMs).unref()
    this.#rest()
  }

  onFailed(reason: unknown): void {
    if (this.#state === 'failed') return
    this.#state = 'failed'
    this.#reason = reason
    const unavailable = this.#unavailable()
    const commits = this.#pending.settle(this.#pending.size)
    this.#stopTurn(unavailable)
    for (const { waiters } of commits) for (const waiter of waiters) waiter.failed(unavailable)
    this.#rest()
    this.#options.onFailed(reason)
  }

  /** Takes no more and lets what is under way come to its end. */
  async close(): Promise<void> {
    clearTimeout(this.#probe)
    if (this.#state !== 'failed') this.#state = 'closing'
    while (!this.#gate.isIdle || this.#pending.size > 0)
      await new Promise<void>((resolve) => this.#atRest.push(resolve))
  }

  #takeTurn<T>(begin: (turn: Turn, answer: Answer<T>) => void): Promise<T> {
    const refusal = this.#refuseLoad() ?? this.#refuse()
    if (refusal) return Promise.reject(refusal)
    return new Promise((resolve, reject) => {
      const start = () => {
        const refusal = this.#refuse()
        if (refusal && this.#state !== 'closing') {
          reject(refusal)
          return this.#gate.leave()
        }
        this.#turn = new Turn(this.#tables)
        begin(this.#turn, { resolve, reject })
      }
      this.#gate.enter({ since: this.#options.ticks(), start })
    })
  }

  #commit<T>(turn: Turn, value: T, answer: Answer<T>): void {
    if (turn.stopped) return answer.reject(turn.stopped)
    const lines = encodeCommit(turn.changes.done)
    if (lines.length > 0) this.#append(lines, turn.changes)
    this.#endTurn(turn, { ...answer, resolve: () => answer.resolve(value) })
  }

  #abandon(turn: Turn, error: unknown, answer: Answer<never>): void {
    if (turn.stopped) return answer.reject(turn.stopped)
    turn.changes.undo()
    // The error may tell of a commit that is not on disk: "taken" by a document that a power cut would remove.
    this.#endTurn(turn, { ...answer, resolve: () => answer.reject(error) })
  }

  #append(lines: readonly string[], changes: Changes): void {
    const tables = new Set(changes.done.map(({ table }) => table))
    const length = lines.reduce((sum, line) => sum + line.length, 0)
    const number = this.#pending.add({ changes, tables, length, since: this.#options.ticks(), waiters: [] })
    for (const table of tables) table.lastCommit = number
    this.#journal!.append(lines)
  }

  #endTurn(turn: Turn, { resolve, reject }: Answer<void>): void {
    const undone = () => reject(new StorageFull('There is no room to store this'))
    this.#pending.whenDurable(this.#pending.last, { durable: () => resolve(), undone, failed: reject })
    turn.isOver = true
    this.#turn = undefined
    this.#gate.leave()
    this.#rest()
  }

  #stopTurn(error: Error): void {
    if (!this.#turn) return
    this.#turn.stopped = error
    this.#turn = undefined
    this.#gate.leave()
  }

  #refuse(): Error | undefined {
    if (this.#state === 'failed') return this.#unavailable()
    if (this.#state === 'full') return new StorageFull('There is no room to store anything')
    return this.#state === 'closing' ? new StoreBusy('The store is closing') : undefined
  }

  #refuseLoad(): Error | undefined {
    const since = this.#oldest
    const isTooMuch =
      this.#gate.waiting + this.#pending.size >= mostWaiting ||
      this.#pending.length >= mostWaitingText ||
      (since !== undefined && this.#options.ticks() - since > longestWaitMs)
    return isTooMuch ? new StoreBusy('Too much is waiting to be stored') : undefined
  }

  get #oldest(): number | undefined {
    const since = Math.min(this.#gate.oldest ?? Infinity, this.#pending.oldest ?? Infinity)
    return since === Infinity ? undefined : since
  }

  /** A commit that changes nothing: it either gets through, or ends in `onFull` again. */
  async #askForRoom(): Promise<void> {
    this.#probe = undefined
    try {
      await this.#options.prepare()
    } catch (error) {
      return this.onFull(error)
    }
    if (this.#state !== 'full') return
    const durable = () => {
      if (this.#state === 'full') this.#state = 'ok'
      this.#reason = undefined
      this.#options.log.info('There is room again: writing goes on.')
    }
    const commit = {
      changes: new Changes(),
      tables: new Set<Table>(),
      length: probeLine.length,
      since: this.#options.ticks(),
    }
    this.#pending.add({ ...commit, waiters: [{ durable, undone() {}, failed() {} }] })
    this.#journal!.append([probeLine])
  }

  #unavailable(): StoreUnavailable {
    return new StoreUnavailable('The disk failed; the store must be opened again', { cause: this.#reason })
  }

  #rest(): void {
    for (const resolve of this.#atRest.splice(0)) resolve()
  }
}
