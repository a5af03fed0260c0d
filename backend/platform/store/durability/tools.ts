import { execFile, spawn, spawnSync } from 'node:child_process'
import { closeSync, openSync, rmSync } from 'node:fs'
import { mkdir, mkdtemp, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'

export const run = promisify(execFile)

/** Why a method cannot run here. Whoever sees it decides whether that is good enough. */
export class NotPossibleHere extends Error {
  override name = 'NotPossibleHere'
}

const leftBehind = new Set<() => void>()

/** What would outlive the harness if it was stopped in the middle: children, mounts, folders. */
function untilDone(cleanUp: () => void): () => void {
  if (leftBehind.size === 0) process.once('exit', () => [...leftBehind].toReversed().forEach((run) => run()))
  leftBehind.add(cleanUp)
  return () => leftBehind.delete(cleanUp)
}

export type Ended = { code: number | null; signal: string | null; errors: string }

export type Child = { ended: Promise<Ended>; kill(): void }

type ChildOptions = { env?: { [name: string]: string }; answers?: string; timeoutMs?: number }

/** Starts one of the programs beside this file. `answers` is a file to which its output is added. */
export function startProgram(name: string, given: readonly string[], options: ChildOptions = {}): Child {
  const output = options.answers === undefined ? ('ignore' as const) : openSync(options.answers, 'a')
  const child = spawn(process.execPath, [join(import.meta.dirname, name), ...given], {
    stdio: ['ignore', output, 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '', ...options.env },
  })
  if (typeof output === 'number') closeSync(output)
  let errors = ''
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const kill = () => void child.kill('SIGKILL')
  const timer = setTimeout(kill, options.timeoutMs ?? 60_000)
  const done = untilDone(kill)
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      done()
      resolve({ code, signal, errors })
    })
  })
  return { ended, kill }
}

export type Verdict = { acknowledged: number; torn: number; problems: string[] }

export async function verify(path: string, answers: string, goOnAs?: string): Promise<Verdict> {
  const given = [join(import.meta.dirname, 'verify.ts'), path, answers, ...(goOnAs ? [goOnAs] : [])]
  const { stdout } = await run(process.execPath, given, { timeout: 120_000, maxBuffer: 2 ** 26 })
  return JSON.parse(stdout) as Verdict
}

export async function compile(source: string, target: string, ...flags: string[]): Promise<string> {
  try {
    await run('gcc', ['-O1', ...flags, '-o', target, join(import.meta.dirname, source), '-ldl'])
    return target
  } catch (error) {
    throw new NotPossibleHere(`gcc is needed to build ${source} (${String(error).split('\n')[0]})`)
  }
}

/** A folder that goes away with all that is mounted in it. Faults are only ever made below one. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-durability-'))
  const done = untilDone(() => rmSync(folder, { recursive: true, force: true }))
  try {
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
    done()
  }
}

/** Until the load has answered something, or ended; opening takes its time on a busy machine. */
export async function waitForAnswer(load: Child, answers: string): Promise<void> {
  const { size: before } = await stat(answers)
  let isOver = false
  void load.ended.then(() => (isOver = true))
  while (!isOver && (await stat(answers)).size === before) await pause(10)
}

/** Cuts the power of a mounted disk under a load. Of its answers only those stay that were given before. */
export async function cutPower(cut: string, mount: Mount, load: Child, answers: string): Promise<void> {
  const { stdout } = await run(cut, [mount.folder, answers])
  load.kill()
  await load.ended
  await truncate(answers, Number(stdout))
  await mount.unmount()
}

export type Mount = { folder: string; unmount(): Promise<void> }

/** An ext4 of its own in a file, so that nothing in it can fill or break the disk of the machine. */
export async function createDisk(
  folder: string,
  mebibytes: number,
): Promise<{ mount(options?: string): Promise<Mount> }> {
  requireRoot()
  const image = join(folder, 'disk.img')
  const place = join(folder, 'disk')
  await mkdir(place, { recursive: true })
  await run('truncate', ['-s', `${mebibytes}M`, image])
  await run('mkfs.ext4', ['-q', '-F', image]).catch(explain('mkfs.ext4'))
  return {
    async mount(options) {
      await run('mount', ['-o', ['loop', ...(options ? [options] : [])].join(','), image, place]).catch(
        explain('a loop mount'),
      )
      const done = untilDone(() => spawnSync('umount', ['-l', place]))
      return {
        folder: place,
        async unmount() {
          await unmount(place)
          done()
        },
      }
    },
  }
}

/** Memory that ends, for tests that would otherwise wait for a disk they do not need. Without root, an ordinary folder. */
export async function withBoundedFolder<T>(mebibytes: number, use: (folder: string) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    if (process.getuid?.() !== 0) return use(folder)
    const isMounted = await run('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', folder]).then(
      () => true,
      () => false,
    )
    const done = untilDone(() => isMounted && spawnSync('umount', ['-l', folder]))
    try {
      return await use(folder)
    } finally {
      if (isMounted) await unmount(folder)
      done()
    }
  })
}

/** A child that was killed a moment ago may still hold a file. */
async function unmount(place: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await run('umount', [place])
      return
    } catch (error) {
      if (attempt === 40) throw error
      await pause(50)
    }
  }
}

function requireRoot(): void {
  if (process.getuid?.() !== 0) throw new NotPossibleHere('it mounts a disk of its own, which only root may')
}

function explain(what: string) {
  return (error: unknown): never => {
    throw new NotPossibleHere(`${what} does not work here (${String(error).split('\n')[0]})`)
  }
}
