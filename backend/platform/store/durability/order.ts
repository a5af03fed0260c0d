import { join } from 'node:path'
import { prepare } from './iosweep.ts'
import type { Level, Method } from './method.ts'
import { compile, startProgram, withBoundedFolder } from './tools.ts'

const rounds: { [level in Level]: number } = { glance: 1, short: 3, long: 50 }

/** Traces the system calls of a run and checks their order, which also finds what a lenient file system forgives. */
export const order: Method = {
  name: 'order',
  summary: 'system calls in an order that survives a power cut on any file system',
  run: (level) =>
    withBoundedFolder(256, async (folder) => {
      const shim = await compile('fault-shim.c', join(folder, 'shim.so'), '-shared', '-fPIC')
      const bad: string[] = []
      let answers = 0
      for (let round = 0; round < rounds[level]; round++) {
        const { given, answers: file } = await prepare(folder, `round${round}`)
        const env = { LD_PRELOAD: shim, SHIM_PATH: `round${round}`, SHIM_TRACE: '1' }
        const { errors } = await startProgram('load.ts', given, { env, answers: file }).ended
        const found = checkOrder(errors.split('\n'))
        answers += found.answers
        bad.push(...found.bad)
        if (found.answers === 0) bad.push('the trace has no answers in it')
      }
      return { tried: `${answers} answers in ${rounds[level]} runs`, bad }
    }),
}

/**
 * - a key is answered only after a sync of the file it was written to,
 * - that file's name was synced with its folder before,
 * - a file is synced before it is renamed, and its folder before anything is unlinked.
 */
export function checkOrder(trace: readonly string[]): { answers: number; bad: string[] } {
  const fileOf = new Map<string, string>()
  const unsynced = new Map<string, Set<string>>()
  const unnamed = new Set<string>()
  let isRenamed = false
  let answers = 0
  const bad: string[] = []

  for (const line of trace) {
    const [, operation, path] = /^#\d+ (\S+) (.*)$/.exec(line) ?? []
    if (operation === undefined || path === undefined) continue
    if (operation === 'open') unnamed.add(path)
    if (operation === 'write' && !unsynced.has(path)) unsynced.set(path, new Set())
    if (operation === 'key') {
      const [file, key] = path.split(' ') as [string, string]
      if (!file.endsWith('.log')) continue
      fileOf.set(key, file)
      unsynced.get(file)!.add(key)
    }
    if (operation === 'sync' && isFolder(path)) {
      unnamed.clear()
      isRenamed = false
    } else if (operation === 'sync') unsynced.delete(path)
    if (operation === 'rename') {
      if (unsynced.has(`${path}.tmp`)) bad.push(`${path} was put in place before it was synced`)
      isRenamed = true
    }
    if (operation === 'unlink' && isRenamed) bad.push(`${path} was removed before the new name beside it was synced`)
    if (operation === 'ack') {
      answers += 1
      const file = fileOf.get(path)
      if (!file || unsynced.get(file)?.has(path)) bad.push(`${path} was answered before it was synced`)
      else if (unnamed.has(file)) bad.push(`${path} was answered before the name of its file was synced`)
    }
  }
  return { answers, bad }
}

function isFolder(path: string): boolean {
  return !/\.(log|tmp|ndjson|json|lock|sock)$/.test(path)
}
