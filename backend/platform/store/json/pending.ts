import type { Changes } from './memory/changes.ts'
import type { Table } from './memory/table.ts'

/** What becomes of whoever saw a commit before it was on disk. */
export type Waiter = {
  durable(): void
  /** It was taken back: what was seen never happened. */
  undone(): void
  failed(error: Error): void
}

export type PendingCommit = {
  changes: Changes
  tables: ReadonlySet<Table>
  length: number
  since: number
  waiters: Waiter[]
}

/** Commits that memory has and the disk does not have yet, in order. Each has a number; numbers ascend by one. */
export class PendingCommits {
  #commits: PendingCommit[] = []
  #durable = 0
  #length = 0

  /** The newest number given. */
  get last(): number {
    return this.#durable + this.#commits.length
  }

  get size(): number {
    return this.#commits.length
  }

  /** UTF-16 units of text on their way to the disk. */
  get length(): number {
    return this.#length
  }

  get oldest(): number | undefined {
    return this.#commits[0]?.since
  }

  add(commit: PendingCommit): number {
    this.#commits.push(commit)
    this.#length += commit.length
    return this.last
  }

  /** Calls the waiter once the commit with this number, and so everything before it, is on disk. */
  whenDurable(number: number, waiter: Waiter): void {
    const commit = this.#commits[number - this.#durable - 1]
    if (number <= this.#durable) waiter.durable()
    else commit!.waiters.push(waiter)
  }

  /** The oldest `count` are on disk. */
  settle(count: number): PendingCommit[] {
    return this.#take(count)
  }

  /** Takes all of them back, the newest first. */
  undo(): PendingCommit[] {
    const commits = this.#take(this.#commits.length)
    for (const { changes } of commits.toReversed()) changes.undo()
    return commits
  }

  #take(count: number): PendingCommit[] {
    const taken = this.#commits.splice(0, count)
    this.#durable += count
    for (const { length } of taken) this.#length -= length
    return taken
  }
}
