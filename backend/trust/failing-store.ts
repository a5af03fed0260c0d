import { AsyncLocalStorage } from 'node:async_hooks'
import type { StoreOperations } from '../platform/store/port.ts'
import type { Driver } from '../platform/store/store.ts'

const operations = ['find', 'count', 'group', 'insert', 'update', 'updateEach', 'remove', 'schedule'] as const

/** Of each kind of job so many turns fail, each an operation later than the one before: all attempts but one. */
const failingTurns = 7

type Turn = { kind: string; left: number }

/**
 * Lets the store fail as a database does: the message is a sentence of its own, and what was asked of it hangs on the error.
 * Answers how to say when: `after(2)` lets two more operations succeed, then one fails, and all is well again.
 */
export function plantFailures(driver: Driver) {
  let left = Infinity
  let refused: string | undefined
  let failed = 0
  const turns = new AsyncLocalStorage<Turn>()
  const begun = new Map<string, number>()
  const struck = new Set<string>()

  function strike(args: unknown): void {
    failed++
    const detail = JSON.stringify(args)
    const cause = Object.assign(new Error('the connection was reset'), { detail, config: { data: detail } })
    throw Object.assign(new Error('the database went away', { cause }), { detail, query: detail, parameters: args })
  }

  /** A job asks for nothing but what is its own, and on PostgreSQL nobody else's operations come in between. */
  function strikeJob(turn: Turn | undefined, args: unknown): void {
    if (!turn || turn.left-- !== 0) return
    struck.add(turn.kind)
    strike(args)
  }

  function wrap(target: StoreOperations, turnOf: () => Turn | undefined): void {
    for (const name of operations) {
      const original = target[name].bind(target) as (...args: unknown[]) => Promise<unknown>
      Object.assign(target, {
        [name]: async (...args: unknown[]) => {
          const isRefused = name === 'insert' && (args[0] as { name: string }).name === refused
          if (left-- === 0 || isRefused) strike(args.slice(1))
          strikeJob(turnOf(), args.slice(1))
          return original(...args)
        },
      })
    }
  }

  wrap(driver, () => turns.getStore())
  const transaction = driver.transaction.bind(driver)
  driver.transaction = (run) => {
    // Whoever lets the transaction begin may be somebody else, who just ended his own.
    const turn = turns.getStore()
    return transaction((tx) => {
      wrap(tx, () => turn)
      return run(tx)
    })
  }
  return {
    after: (count: number) => void (left = count),
    /** Takes no document of this collection any more. */
    refuse: (collection: string | undefined) => void (refused = collection),
    /** A turn of a job; the first ones of each kind fail somewhere. */
    runTurn<T>(kind: string, run: () => T): T {
      const count = begun.get(kind) ?? 0
      begun.set(kind, count + 1)
      return turns.run({ kind, left: count < failingTurns ? count : Infinity }, run)
    },
    failed: () => failed,
    /** The kinds of jobs that failed in the middle of their own work. */
    struck: (): ReadonlySet<string> => struck,
  }
}
