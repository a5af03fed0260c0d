import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import pg from 'pg'
import { appSecret, phoneNumberId } from './webhooks.ts'

const root = resolve(import.meta.dirname, '..')
export type StoreKind = 'json' | 'postgres'

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  await new Promise((closed) => server.close(closed))
  return port
}

/** A new database for one measurement; dropped afterwards. */
export async function createDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  const server = process.env['TEST_DATABASE_URL'] ?? 'postgres://root@127.0.0.1:5432/postgres'
  const name = `parley_bench_${process.pid}_${Math.floor(performance.now())}`
  await query(server, `create database ${name}`)
  const url = new URL(server)
  url.pathname = name
  return { url: url.href, drop: () => query(server, `drop database ${name} with (force)`) }
}

async function query(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(text).finally(() => client.end())
}

export type Program = { port: number; pid: number; firstAnswer: number; line: string; stop: () => Promise<void> }

/** Starts a program with this Node; resolves when `ready` answers. `firstAnswer` is that time in milliseconds. */
export async function startProgram(file: string, env: Record<string, string>, ready: string | null): Promise<Program> {
  const port = Number(env['PORT'])
  const started = performance.now()
  const child = spawn(process.execPath, [join(root, file)], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let line = ''
  child.stdout.on('data', (chunk: Buffer) => (line += chunk.toString()))
  await waitFor(async () => {
    if (child.exitCode !== null) throw new Error(`${file} ended with ${child.exitCode}: ${line}`)
    return ready === null ? line.includes('\n') : (await fetch(`http://127.0.0.1:${port}${ready}`)).ok
  })
  return { port, pid: child.pid!, firstAnswer: performance.now() - started, line, stop: () => stop(child) }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = new Promise((resolved) => child.once('exit', resolved))
  child.kill('SIGTERM')
  setTimeout(() => child.kill('SIGKILL'), 15_000).unref()
  await ended
}

export async function waitFor(check: () => Promise<boolean>, { seconds = 120, every = 2 } = {}): Promise<void> {
  const ends = performance.now() + seconds * 1000
  for (;;) {
    if (await check().catch((error: unknown) => rethrowEnd(error))) return
    if (performance.now() > ends) throw new Error('gave up waiting')
    await new Promise((later) => setTimeout(later, every))
  }
}

function rethrowEnd(error: unknown): false {
  if (error instanceof Error && error.message.includes('ended with')) throw error
  return false
}

export type Parley = Program & {
  cookie: string
  folder: string
  databaseUrl: string | undefined
  /** Starts the same data again, for measuring a restart or after seeding. */
  env: Record<string, string>
  remove: () => Promise<void>
}

/** Parley in production mode on an empty store, with an owner and one live channel. */
export async function startParley(store: StoreKind, more: Record<string, string> = {}): Promise<Parley> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-bench-'))
  const database = store === 'postgres' ? await createDatabase() : undefined
  const env: Record<string, string> = {
    NODE_ENV: 'production',
    LOG_LEVEL: 'error',
    PORT: String(await freePort()),
    DATA_FILE_PATH: join(folder, 'parley.json'),
    SETUP_CODE: 'bench-setup-code',
    WHATSAPP_APP_SECRET: appSecret,
    ...(database ? { DATABASE_URL: database.url } : {}),
    ...more,
  }
  const program = await startProgram('build/main.js', env, '/livez')
  const cookie = await openWorkspace(program.port)
  return {
    ...program,
    cookie,
    folder,
    databaseUrl: database?.url,
    env,
    async remove() {
      await program.stop()
      await rm(folder, { recursive: true, force: true })
      await database?.drop()
    },
  }
}

async function openWorkspace(port: number): Promise<string> {
  const registered = await callParley(port, 'POST', '/api/auth/register', {
    workspaceName: 'Bench',
    name: 'Bench',
    email: 'bench@example.com',
    password: 'a long bench password 7',
    setupCode: 'bench-setup-code',
  })
  const cookie = registered.headers.get('set-cookie')!.split(';')[0]!
  await callParley(
    port,
    'POST',
    '/api/channels',
    {
      name: 'Bench',
      businessPhone: '+15550001111',
      phoneNumberId,
      businessAccountId: '200000000000002',
      accessToken: 'bench-token',
    },
    cookie,
  )
  return cookie
}

export async function callParley(
  port: number,
  method: string,
  path: string,
  body?: object,
  cookie?: string,
): Promise<Response> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', ...(cookie ? { cookie } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
  return response
}

/** Resident memory of a process in megabytes. */
export function residentMemory(pid: number): number {
  const pages = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(pages) / 1024
}
