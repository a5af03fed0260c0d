import { randomBytes } from 'node:crypto'
import type { TestProject } from 'vitest/node'
import { findRunningServer, runOn } from './postgres-server.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The database with Parley's tables that those of the tests are copies of; made by the first that needs it. */
    readyDatabase: string
  }
}

const name = `parley_test_ready_${randomBytes(6).toString('hex')}`

/** Before all test files. */
export function setup({ provide }: TestProject): void {
  provide('readyDatabase', name)
}

/** After all of them. */
export async function teardown(): Promise<void> {
  const server = await findRunningServer()
  if (!server) return
  for (const database of [name, `${name}_unready`])
    await runOn(server, `drop database if exists ${database} with (force)`)
}
