import type pg from 'pg'
import type { StoreOperations } from '../port.ts'
import { cancelJobs, scheduleJobs } from './jobs.ts'
import { createOperations, splitRounds } from './operations.ts'
import type { Statement } from './statements.ts'
import type { Table } from './table.ts'

type Tools = {
  tables: ReadonlyMap<string, Table>
  prepare: (statement: Statement) => pg.QueryConfig
  translate: (error: unknown) => unknown
}

/** Runs on the client until `run` is settled, then commits or rolls back, and gives the client back. */
export async function runTransaction<T>(
  client: pg.PoolClient,
  run: (tx: StoreOperations) => Promise<T>,
  { tables, prepare, translate }: Tools,
): Promise<T> {
  const turns = createTurns(translate)
  const withSavepoint = createSavepoint(client)
  const send = (statement: Statement) => client.query(prepare(statement))
  const each = createOperations(tables, (statement, kind) =>
    turns.take(() => (kind === 'mayFail' ? withSavepoint(() => send(statement)) : send(statement))),
  )
  const together = createOperations(tables, send)
  let broken: Error | undefined
  try {
    await turns.take(() => client.query('begin'))
    const result = await run({
      ...each,
      // When its second statement fails, the first one has not happened either.
      updateEach: (spec, edits) =>
        splitRounds(edits).length > 1
          ? turns.take(() => withSavepoint(() => together.updateEach(spec, edits)))
          : each.updateEach(spec, edits),
      schedule: (jobs) => turns.take(() => scheduleJobs(client, jobs)),
      cancel: (workspaceId, keys) => turns.take(() => cancelJobs(client, workspaceId, keys)),
    })
    const { command } = await turns.takeLast(() => client.query('commit'))
    // After a failed statement that was caught and forgotten, PostgreSQL rolls back and calls it no error.
    if (command !== 'COMMIT') throw new Error('The transaction was rolled back: one of its statements had failed')
    return result
  } catch (error) {
    await turns.takeLast(() => client.query('rollback')).catch((problem: Error) => (broken = problem))
    throw error
  } finally {
    client.release(broken)
  }
}

/**
 * One after the other: two statements that share a savepoint must not be mixed. The last turn ends them: what somebody
 * forgot to await runs before it or not at all, never on a connection that is somebody else's by then.
 */
function createTurns(translate: (error: unknown) => unknown) {
  let last: Promise<unknown> = Promise.resolve()
  let isOver = false

  function line<T>(run: () => Promise<T>): Promise<T> {
    const mine = last.then(run).catch((error) => Promise.reject(translate(error)))
    last = mine.catch(() => {})
    return mine
  }

  return {
    async take<T>(run: () => Promise<T>): Promise<T> {
      if (isOver) throw new Error('This transaction is over: await everything inside it')
      return line(run)
    },
    takeLast<T>(run: () => Promise<T>): Promise<T> {
      isOver = true
      return line(run)
    },
  }
}

/** Without a savepoint, PostgreSQL refuses every later statement of a transaction in which one failed. */
function createSavepoint(client: pg.PoolClient): <T>(run: () => Promise<T>) => Promise<T> {
  let isMarked = false
  return async (run) => {
    await client.query(isMarked ? 'release savepoint before_write; savepoint before_write' : 'savepoint before_write')
    isMarked = true
    try {
      return await run()
    } catch (error) {
      await client.query('rollback to savepoint before_write')
      throw error
    }
  }
}
