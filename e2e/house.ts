import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { chromium, type Browser } from 'playwright-core'

const root = resolve(import.meta.dirname, '..')
/** A graceful stop takes 30 seconds at most. */
const patienceSeconds = 40
export const setupCode = 'e2e-setup-code'

export type House = {
  url: string
  folder: string
  log: () => string
  pid: () => number
  /** As a power cut or the out-of-memory killer would; the data stays. */
  kill: () => Promise<void>
  /** As a supervisor does; answers the exit code. */
  terminate: () => Promise<number | null>
  /** The exit code of a program that ended without being asked to. */
  endedBy: () => number | null
  /** It stands still, as on an overloaded machine, until it is thawed. */
  freeze: () => void
  thaw: () => void
  /** On the same data and port. */
  restart: () => Promise<void>
  stop: () => Promise<void>
}

/** Parley as a user starts it: the program, the built dashboard, an empty folder or database. */
export async function startHouse(env: Record<string, string> = {}): Promise<House> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-e2e-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  let log = ''
  let program = await launch()

  async function launch() {
    const child = spawn(process.execPath, [join(root, 'backend/main.ts')], {
      env: {
        PATH: process.env['PATH'] ?? '',
        NODE_ENV: 'test',
        LOG_LEVEL: 'warn',
        HOST: '127.0.0.1',
        PORT: String(port),
        DATA_FILE_PATH: join(folder, 'parley.json'),
        SETUP_CODE: setupCode,
        PRACTICE_REPLY_DELAY_MS: '400',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (log += chunk.toString()))
    const ended = new Promise<void>((done) => child.once('exit', () => done()))
    await waitUntil(async () => {
      if (child.exitCode !== null) throw new Error(`Parley ended with ${child.exitCode}:\n${log}`)
      return (await fetch(`${url}/livez`).catch(() => undefined))?.ok ?? false
      // A JSON store of a million messages that was killed reads some gigabytes of journal first.
    }, 180)
    return { child, ended }
  }

  async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    program.child.kill(signal)
    const patience = setTimeout(() => {
      console.error(`Parley did not stop within ${patienceSeconds} seconds:\n${log}`)
      program.child.kill('SIGKILL')
    }, patienceSeconds * 1000)
    await program.ended.finally(() => clearTimeout(patience))
  }

  return {
    url,
    folder,
    log: () => log,
    pid: () => program.child.pid!,
    kill: () => end('SIGKILL'),
    async terminate() {
      await end('SIGTERM')
      return program.child.exitCode
    },
    endedBy: () => program.child.exitCode,
    freeze: () => void program.child.kill('SIGSTOP'),
    thaw: () => void program.child.kill('SIGCONT'),
    async restart() {
      program = await launch()
    },
    async stop() {
      await end('SIGTERM')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Undefined, and said loudly, where there is no browser. */
export async function openBrowser(): Promise<Browser | undefined> {
  const candidates = [
    process.env['CHROMIUM_PATH'],
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
  ]
  const executablePath = candidates.find((path) => path && existsSync(path))
  if (!executablePath) return undefined
  const quiet = [
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    // A microphone that hums.
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
  ]
  // The sandbox needs rights that containers and root do not have; only our own pages are opened.
  return chromium.launch({ executablePath, args: ['--no-sandbox', ...quiet] })
}

export async function waitUntil(check: () => Promise<boolean>, seconds = 60): Promise<void> {
  const ends = Date.now() + seconds * 1000
  while (!(await check())) {
    if (Date.now() > ends) throw new Error('gave up waiting')
    await new Promise((later) => setTimeout(later, 50))
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  await new Promise((closed) => server.close(closed))
  return port
}
