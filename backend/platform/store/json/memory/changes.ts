import type { Document } from '../../port.ts'
import type { Table } from './table.ts'

export type Change = { table: Table; before: Document | undefined; after: Document | undefined }

/** What a transaction has done to memory so far, in order, so that it can be undone and written down. */
export class Changes {
  readonly #done: Change[] = []

  get size(): number {
    return this.#done.length
  }

  get done(): readonly Change[] {
    return this.#done
  }

  /** Throws DuplicateKey before anything is touched. */
  make(table: Table, before: Document | undefined, after: Document | undefined): void {
    apply(table, before, after)
    this.#done.push({ table, before, after })
  }

  /** Runs all of `step` or none of it. */
  atomically<T>(step: () => T): T {
    const mark = this.#done.length
    try {
      return step()
    } catch (error) {
      this.undo(mark)
      throw error
    }
  }

  undo(mark = 0): void {
    while (this.#done.length > mark) {
      const { table, before, after } = this.#done.pop()!
      apply(table, after, before)
    }
  }
}

function apply(table: Table, before: Document | undefined, after: Document | undefined): void {
  if (before && after) table.replace(before, after)
  else if (after) table.insert(after)
  else if (before) table.remove(before)
}
