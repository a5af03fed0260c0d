/*
 * `npm run pressure`: the real server under what it cannot bear. `-- overload` (ten times its capacity), `-- slow` (clients
 * that hold connections), `-- full` (no room on the disk), `-- clock` (the clock is set); without a name all of them.
 * `--seconds 60` for the long form (150 also waits for silent readers), `--store json|postgres`, `--together`.
 */
import { parseArgs } from 'node:util'
import { createDatabase } from '../bench/processes.ts'
import { clock } from './pressure/clock.ts'
import { full } from './pressure/full.ts'
import { overload } from './pressure/overload.ts'
import { slow } from './pressure/slow.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '10' },
    store: { type: 'string', default: 'json' },
    /** At the same time: they wait more than they work. */
    together: { type: 'boolean', default: false },
  },
})
const programs = { overload, slow, full, clock }
type Name = keyof typeof programs

const names = (positionals.length > 0 ? positionals : Object.keys(programs)) as Name[]
const runs = names.flatMap((name) => values.store.split(',').map((store) => () => run(name, store)))
const results: boolean[] = []
if (values.together) results.push(...(await Promise.all(runs.map((start) => start()))))
else for (const start of runs) results.push(await start())
process.exitCode = results.every(Boolean) ? 0 : 1

async function run(name: Name, store: string): Promise<boolean> {
  console.log(`━━ ${name}, ${store}`)
  const database = store === 'postgres' ? await createDatabase() : undefined
  const env: Record<string, string> = database ? { DATABASE_URL: database.url } : {}
  try {
    const problems = await programs[name]({ seconds: Number(values.seconds), env })
    console.log(problems.length === 0 ? `✓ ${name}, ${store}` : `✗ ${name}, ${store}:\n  ${problems.join('\n  ')}`)
    return problems.length === 0
  } finally {
    await database?.drop()
  }
}
