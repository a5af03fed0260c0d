import { execFileSync, spawn, type SpawnOptions } from 'node:child_process'
import { chownSync, existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { freePort } from '../../bench/processes.ts'
import { waitUntil } from '../house.ts'

export type OwnPostgres = { url: string; stop: () => Promise<void> }

/** A PostgreSQL of our own whose clock may be set; undefined where none is installed. */
export async function startOwnPostgres(env: Record<string, string>): Promise<OwnPostgres | undefined> {
  const programs = findPrograms()
  if (!programs) return undefined
  const folder = await mkdtemp(join(tmpdir(), 'parley-clock-postgres-'))
  // PostgreSQL does not run as root.
  const user = process.getuid?.() === 0 ? accountOf('postgres') : undefined
  if (user) chownSync(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  const options: SpawnOptions = { ...user, cwd: folder, stdio: 'ignore' }
  const given = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync']
  execFileSync(join(programs, 'initdb'), given, { ...user, cwd: folder, stdio: 'ignore' })
  const port = await freePort()
  const settings = ['listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`, 'fsync=off'].flatMap(
    (setting) => ['-c', setting],
  )
  const server = spawn(join(programs, 'postgres'), ['-D', data, '-p', String(port), ...settings], {
    ...options,
    env: { PATH: process.env['PATH'], ...env },
  })
  const ended = new Promise<void>((done) => server.once('exit', () => done()))
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  await waitUntil(() => answers(url), 30)
  return {
    url,
    async stop() {
      server.kill('SIGINT')
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function findPrograms(): string | undefined {
  const root = '/usr/lib/postgresql'
  const versions = existsSync(root) ? readdirSync(root).toSorted((a, b) => Number(b) - Number(a)) : []
  return versions.map((version) => join(root, version, 'bin')).find((folder) => existsSync(join(folder, 'initdb')))
}

function accountOf(name: string): { uid: number; gid: number } {
  const idOf = (which: string) => Number(execFileSync('id', [which, name], { encoding: 'utf8' }))
  return { uid: idOf('-u'), gid: idOf('-g') }
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1000 })
  return client.connect().then(
    () => client.end().then(() => true),
    () => false,
  )
}
