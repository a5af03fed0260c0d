import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRandom, type Level, type Method } from './method.ts'
import { compile, startProgram, verify, withBoundedFolder } from './tools.ts'

type Fault = { mode: string; error?: number; sticky?: true; concerns?: string }
type Case = { fault: Fault; at: number }

const [EIO, ENOSPC] = [5, 28]
const faults: readonly Fault[] = [
  { mode: 'err', error: EIO },
  { mode: 'err', error: ENOSPC },
  { mode: 'err', error: EIO, sticky: true },
  { mode: 'err', error: ENOSPC, sticky: true },
  { mode: 'short', concerns: 'write' },
  { mode: 'shorterr', error: ENOSPC, concerns: 'write' },
  { mode: 'lostsync', concerns: 'sync' },
  { mode: 'torn', concerns: 'write' },
  { mode: 'kill' },
  { mode: 'killafter' },
]

/** Of each kind of fault so many calls, at random: any stride falls into step with the write and sync of a commit. */
const samples: { [level in Level]: number } = { glance: 1, short: 10, long: Infinity }
const atOnce = 2
/** A process may only end in ways its supervisor knows. 71 is the load's word for a disk that failed while opening. */
const knownEnds = [0, 70, 71, 75]

/** Fails, shortens or tears one system call of a short run, looks, goes on working, and looks again. */
export const iosweep: Method = {
  name: 'iosweep',
  summary: 'every kind of I/O fault at every call of a short run',
  run: (level, { seed, note, only }) =>
    withBoundedFolder(512, async (folder) => {
      const shim = await compile('fault-shim.c', join(folder, 'shim.so'), '-shared', '-fPIC')
      const calls = await traceCalls(folder, shim)
      const kinds = faults.filter((fault) => only === undefined || fault.mode === only)
      const random = createRandom(seed)
      const cases = kinds.flatMap((fault) => {
        // Which call is a write differs a little from run to run, so `long` tries them all.
        const fits = calls.flatMap((call, index) =>
          !fault.concerns || level === 'long' || call === fault.concerns ? [index + 1] : [],
        )
        const some = shuffle(fits, random).slice(0, only ? Infinity : samples[level])
        return some.map((at): Case => ({ fault, at }))
      })
      const bad: string[] = []
      let done = 0
      const work = async () => {
        for (let next = cases[done++]; next; next = cases[done++]) {
          bad.push(...(await tryOne(folder, shim, done, next)))
          if (done % 100 === 0) note(`${done} of ${cases.length}`)
        }
      }
      await Promise.all(Array.from({ length: atOnce }, work))
      return { tried: `${cases.length} faults in ${calls.length} calls`, bad }
    }),
}

async function tryOne(folder: string, shim: string, number: number, { fault, at }: Case): Promise<string[]> {
  const { path, answers, given } = await prepare(folder, `case${number}`)
  const env = {
    LD_PRELOAD: shim,
    SHIM_PATH: `case${number}`,
    SHIM_MODE: fault.mode,
    SHIM_AT: String(at),
    SHIM_ERR: String(fault.error ?? 0),
    ...(fault.sticky ? { SHIM_STICKY: '1' } : {}),
  }
  const { code, signal, errors } = await startProgram('load.ts', given, { env, answers }).ended
  const name = `${fault.mode} ${fault.error ?? ''}${fault.sticky ? ' sticky' : ''} at call ${at}`
  const bad: string[] = []
  if (signal === null && !knownEnds.includes(code!)) bad.push(`${name}: ended with ${code} ${errors.slice(0, 300)}`)
  const { problems } = await verify(path, answers, 'again')
  for (const problem of problems) bad.push(`${name}: ${problem}`)
  return bad
}

/** What each counted call of an undisturbed run is. */
async function traceCalls(folder: string, shim: string): Promise<string[]> {
  const { answers, given } = await prepare(folder, 'trace')
  const env = { LD_PRELOAD: shim, SHIM_PATH: 'trace', SHIM_TRACE: '1' }
  const { errors } = await startProgram('load.ts', given, { env, answers }).ended
  return errors.split('\n').flatMap((line) => /^#[1-9]\d* (\S+)/.exec(line)?.[1] ?? [])
}

export async function prepare(folder: string, name: string) {
  const [path, answers] = [join(folder, name, 'parley.json'), join(folder, `${name}.answers`)]
  await mkdir(join(folder, name))
  await writeFile(answers, '')
  return { path, answers, given: [path, 's', '5', '40', '100', '3000', '500'] }
}

function shuffle<T>(items: T[], random: (below: number) => number): T[] {
  for (let last = items.length - 1; last > 0; last--) {
    const other = random(last + 1)
    ;[items[last], items[other]] = [items[other]!, items[last]!]
  }
  return items
}
