import { randomBytes } from 'node:crypto'
import type pg from 'pg'
import { afterAll, inject } from 'vitest'
import { describeDatabase, writeSql } from '../../scripts/migrations.ts'
import { model } from '../model/index.ts'
import { openStore } from '../platform/store/store.ts'
import { findServer, onServer, runOn } from './postgres-server.ts'

export type TestDatabase = {
  url: string
  drop(): Promise<void>
  /** One more on the same server; drop it yourself. A ready one has Parley's tables already, as after the first start. */
  another(options?: { ready: boolean }): Promise<TestDatabase>
}

/** A fresh database, dropped by itself after the tests of the file; undefined when there is no server. Call it at the top of the file. */
export async function openTestDatabase(): Promise<TestDatabase | undefined> {
  const server = await findServer()
  if (!server) return undefined
  const database = await createDatabase(server.url)
  afterAll(async () => {
    await database.drop()
    await server.stop()
  })
  return database
}

async function createDatabase(serverUrl: string, { ready = false } = {}): Promise<TestDatabase> {
  const name = `parley_test_${randomBytes(6).toString('hex')}`
  const template = ready ? ` template ${await makeReady(serverUrl)}` : ''
  await runOn(serverUrl, `create database ${name}${template}`)
  return {
    url: urlOf(serverUrl, name),
    drop: () => runOn(serverUrl, `drop database if exists ${name} with (force)`),
    another: (options) => createDatabase(serverUrl, options),
  }
}

/** Copying a database takes a third of the time of making all tables anew. Whoever is first makes it, the others wait. */
async function makeReady(serverUrl: string): Promise<string> {
  const name = inject('readyDatabase')
  await onServer(serverUrl, async (client: pg.Client) => {
    // Until the connection ends.
    await client.query('select pg_advisory_lock(hashtext($1))', [name])
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name])
    if (rowCount !== 0) return
    await client.query(`create database ${name}_unready`)
    const store = await openStore(urlOf(serverUrl, `${name}_unready`), model)
    await store.close()
    await client.query(`alter database ${name}_unready rename to ${name}`)
  })
  return name
}

function urlOf(serverUrl: string, name: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}

/** What `npm run migrations` would write for these tables. */
export async function migrationOf(tables: { [name: string]: unknown }): Promise<{ name: string; sql: string }> {
  return { name: '0000_test', sql: await writeSql(describeDatabase({}), describeDatabase(tables)) }
}
