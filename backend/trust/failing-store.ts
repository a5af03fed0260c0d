import type { StoreOperations } from '../platform/store/port.ts'
import type { Driver } from '../platform/store/store.ts'

const operations = ['find', 'count', 'group', 'insert', 'update', 'updateEach', 'remove', 'schedule'] as const

/**
 * Lets the store fail as a database does: the message is a sentence of its own, and what was asked of it hangs on the error.
 * Answers how to say when: `after(2)` lets two more operations succeed, then one fails, and all is well again.
 */
export function plantFailures(driver: Driver): {
  after(count: number): void
  refuse(collection: string | undefined): void
  failed: () => number
} {
  let left = Infinity
  let refused: string | undefined
  let failed = 0

  function strike(args: unknown): void {
    failed++
    const detail = JSON.stringify(args)
    const cause = Object.assign(new Error('the connection was reset'), { detail, config: { data: detail } })
    throw Object.assign(new Error('the database went away', { cause }), { detail, query: detail, parameters: args })
  }

  function wrap(target: StoreOperations): void {
    for (const name of operations) {
      const original = target[name].bind(target) as (...args: unknown[]) => Promise<unknown>
      Object.assign(target, {
        [name]: async (...args: unknown[]) => {
          const isRefused = name === 'insert' && (args[0] as { name: string }).name === refused
          if (left-- === 0 || isRefused) strike(args.slice(1))
          return original(...args)
        },
      })
    }
  }

  wrap(driver)
  const transaction = driver.transaction.bind(driver)
  driver.transaction = (run) =>
    transaction((tx) => {
      wrap(tx)
      return run(tx)
    })
  return {
    after: (count) => void (left = count),
    /** Takes no document of this collection any more. */
    refuse: (collection) => void (refused = collection),
    failed: () => failed,
  }
}
