/*
 * Bugs that people really make, each planted into a copy of the source: the program beside it must notice, or it proves
 * nothing. The product carries no switches for its tests.
 */
import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

type Mutant = {
  bug: string
  file: string
  edits: readonly (readonly [from: string, to: string])[]
  caughtBy: readonly string[]
  /** Only there the bug can be. */
  store?: 'json' | 'postgres'
}

const planted: readonly Mutant[] = [
  {
    bug: 'a message that was cut off is sent again',
    file: 'features/sending/outbox.ts',
    edits: [
      [
        '  const proofEnds =',
        "  return void (await store.messages.update(cutOff.id, { status: 'queued', rank: statusRank.queued }))\n  const proofEnds =",
      ],
    ],
    caughtBy: ['server', '--rounds', '10'],
  },
  {
    bug: 'a key is looked up, and set when all is done',
    file: 'http/idempotency.ts',
    edits: [
      [
        '  const held = await take(',
        `  if (!(await store.idempotencyKeys.first({ route: slot.route, key }))) {
    const made = await run(store)
    const row = { ...slot, state: 'done' as const, status: made.status, body: made.data, expiresAt: later(now(), kept) }
    await store.idempotencyKeys.insertMany([row], { ifTaken: 'skip' })
    return { ...made, replayed: false }
  }
  const held = await take(`,
      ],
    ],
    caughtBy: ['keys', '--keys', '38'],
  },
  {
    bug: 'a running send is not waited for at the end',
    file: 'app.ts',
    edits: [['      await worker.stop()\n', '']],
    caughtBy: ['stop'],
  },
  {
    bug: 'a write is answered, and then written',
    file: 'platform/store/json/disk/journal.ts',
    edits: [
      [
        '      await writeAll(this.#file, bytes)',
        '      this.#events.onDurable(group.length)\n      await new Promise((later) => setTimeout(later, 20))\n      await writeAll(this.#file, bytes)',
      ],
      ['    this.#events.onDurable(group.length)\n  }', '  }'],
    ],
    caughtBy: ['server', '--rounds', '10'],
    store: 'json',
  },
  {
    bug: 'a status is written over one that came meanwhile',
    file: 'features/conversations/statuses.ts',
    edits: [['tx.messages.update(id, set, { onlyIf })', 'tx.messages.update(id, set)']],
    caughtBy: ['server', '--rounds', '10'],
  },
]

/** Answers the bugs that went unnoticed. */
export async function plantBugs(store: string, only: string, note: (line: string) => void): Promise<string[]> {
  const unnoticed: string[] = []
  const chosen = planted.filter((mutant) => (mutant.store ?? store) === store && mutant.bug.includes(only))
  for (const mutant of chosen) {
    const folder = await mkdtemp(join(tmpdir(), 'parley-mutant-'))
    try {
      const isCaught = await isNoticed(folder, mutant, store)
      note(`${mutant.bug}: ${isCaught ? 'noticed' : 'NOT NOTICED'} by ${mutant.caughtBy[0]}`)
      if (!isCaught) unnoticed.push(mutant.bug)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
  return unnoticed
}

async function isNoticed(folder: string, { file, edits, caughtBy }: Mutant, store: string): Promise<boolean> {
  const root = resolve(import.meta.dirname, '../..')
  for (const part of ['backend', 'bench', 'e2e', 'scripts', 'package.json'])
    await cp(join(root, part), join(folder, part), { recursive: true })
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  const path = join(folder, 'backend', file)
  let source = await readFile(path, 'utf8')
  for (const [from, to] of edits) {
    if (!source.includes(from)) throw new Error(`${file} no longer has "${from}": plant the bug elsewhere`)
    source = source.replace(from, () => to)
  }
  await writeFile(path, source)
  const given = [join(folder, 'e2e/torture/run.ts'), ...caughtBy, '--store', store]
  const outcome: { code?: number; stdout: string } = await promisify(execFile)(process.execPath, given).catch(
    (error: { code: number; stdout: string }) => error,
  )
  return outcome.code === 1 && outcome.stdout.includes('✗')
}
