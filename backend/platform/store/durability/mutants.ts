import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Method } from './method.ts'
import { run, withFolder } from './tools.ts'

type Mutant = {
  bug: string
  file: string
  from: string
  to: string
  /** Methods that can find it, the quickest first. */
  caughtBy: readonly string[]
}

/** Bugs that people really make. Each is planted into a copy of the source, and some method has to notice. */
const planted: readonly Mutant[] = [
  {
    bug: 'M1 answers before fdatasync',
    file: 'disk/journal.ts',
    from: 'await this.#file.datasync()',
    to: '',
    caughtBy: ['order', 'powercut'],
  },
  {
    bug: 'M2 a file is renamed before it is synced',
    file: 'disk/files.ts',
    from: 'await write(file)\n    await file.sync()',
    to: 'await write(file)',
    caughtBy: ['order', 'powercut'],
  },
  {
    bug: 'M3 folders are not synced',
    file: 'disk/files.ts',
    from: 'await handle.sync()',
    to: '',
    caughtBy: ['order'],
  },
  {
    bug: 'M4 half a batch stays behind on a full disk',
    file: 'disk/journal.ts',
    from: 'await this.#file.truncate(this.#size)',
    to: '',
    caughtBy: ['iosweep:shorterr'],
  },
  {
    bug: 'M5 a failed sync is ignored',
    file: 'disk/journal.ts',
    from: 'return this.#fail(error)\n    }\n    this.#lastSyncMs',
    to: '}\n    this.#lastSyncMs',
    caughtBy: ['iosweep:lostsync'],
  },
  {
    bug: 'M6 checksums are not looked at',
    file: 'disk/frames.ts',
    from: ' || crc32(body, link.crc) !== read.crc',
    to: '',
    caughtBy: ['corrupt'],
  },
  {
    bug: 'M7 a torn end stays in the journal',
    file: 'disk/tail.ts',
    from: 'await rewrite(disk, path, file, tail.end)',
    to: 'await rewrite(disk, path, file, tail.size)',
    caughtBy: ['iosweep:torn'],
  },
]

export const mutants: Method = {
  name: 'mutants',
  summary: 'seven planted bugs, each of which another method must find',
  async run(level, { seed, note, only = '' }) {
    const bad: string[] = []
    const chosen = planted.filter(({ bug }) => bug.startsWith(only))
    for (const mutant of chosen) {
      const catcher = await withFolder((folder) => findCatcher(folder, mutant, level, seed))
      note(`${mutant.bug}: ${catcher ? `caught by ${catcher}` : 'NOT CAUGHT'}`)
      if (!catcher) bad.push(`${mutant.bug} went unnoticed by ${mutant.caughtBy.join(', ')}`)
    }
    return { tried: `${chosen.length} planted bugs`, bad }
  },
}

async function findCatcher(folder: string, mutant: Mutant, level: string, seed: number): Promise<string | undefined> {
  const store = await plant(folder, mutant)
  for (const method of mutant.caughtBy) {
    const given = [join(store, 'durability', 'run.ts'), method, `--${level}`, `--seed=${seed}`]
    const outcome = await run(process.execPath, given, { maxBuffer: 2 ** 26 }).catch(
      (error: { code: unknown; stdout: string }) => error,
    )
    if ('code' in outcome && outcome.code === 1 && outcome.stdout.includes('BAD ')) return method
  }
  return undefined
}

/** The product carries no switches for its tests: the bug is in a copy that is thrown away. */
async function plant(folder: string, { file, from, to }: Mutant): Promise<string> {
  const platform = resolve(import.meta.dirname, '..', '..')
  const root = resolve(platform, '..', '..')
  const copy = join(folder, 'backend', 'platform')
  await mkdir(dirname(copy), { recursive: true })
  await cp(platform, copy, { recursive: true })
  await cp(join(root, 'package.json'), join(folder, 'package.json'))
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  const path = join(copy, 'store', 'json', file)
  const source = await readFile(path, 'utf8')
  if (!source.includes(from)) throw new Error(`${file} no longer has "${from}": plant the bug elsewhere`)
  await writeFile(path, source.replace(from, to))
  return join(copy, 'store')
}
