/*
 * `npm run torture -- <program> [--store json,postgres]`: each program tries to break one promise of docs/reliability.md.
 */
import { parseArgs } from 'node:util'
import { stormKeys } from './keys.ts'
import { plantBugs } from './mutants.ts'
import { killServer } from './server.ts'
import { stopUnderLoad } from './stop.ts'
import { floodWebhooks } from './webhooks.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    store: { type: 'string', default: 'json,postgres' },
    /** webhooks: how many items, and milliseconds between two kills. */
    items: { type: 'string', default: '1000000' },
    kill: { type: 'string', default: '4000' },
    /** server: how many kills. */
    rounds: { type: 'string', default: '200' },
    /** keys: how many. */
    keys: { type: 'string', default: '5000' },
    /** server and keys: how many programs on one PostgreSQL. */
    programs: { type: 'string', default: '2' },
    /** server: seconds for which one of them stands still now and then. */
    freeze: { type: 'string', default: '0' },
    /** mutants: those with these words. */
    only: { type: 'string', default: '' },
  },
})

const housesOn = (store: string) => (store === 'postgres' ? Number(values.programs) : 1)

type Run = (store: string, note: (line: string) => void) => Promise<string[]>
const programs: { [name: string]: { promise: string; run: Run } } = {
  webhooks: {
    promise: 'nothing lost, nothing double, every status final',
    run: (store) => floodWebhooks(store, { items: Number(values.items), killMs: Number(values.kill) }),
  },
  server: {
    promise: 'clients, store and simulator tell the same story',
    run: (store, note) =>
      killServer({
        store,
        houses: housesOn(store),
        rounds: Number(values.rounds),
        everyMs: [1000, 3000],
        freezeMs: Number(values.freeze) * 1000,
        note,
      }),
  },
  keys: {
    promise: 'one effect and one answer for each key',
    run: (store, note) => stormKeys({ store, houses: housesOn(store), keys: Number(values.keys), note }),
  },
  stop: {
    promise: 'no request cut, nothing in doubt, exit code 0',
    run: stopUnderLoad,
  },
  mutants: { promise: 'every planted bug was noticed', run: (store, note) => plantBugs(store, values.only, note) },
}

const [name = ''] = positionals
const program = programs[name]
if (!program) {
  console.error(`npm run torture -- <program>, where the program is one of: ${Object.keys(programs).join(', ')}`)
  process.exit(2)
}
let failed = 0
for (const store of values.store.split(',')) {
  const started = performance.now()
  const problems = await program.run(store, (line) => console.log(`  ${store}: ${line}`))
  const seconds = `(${Math.round((performance.now() - started) / 1000)} s)`
  if (problems.length > 0) failed++
  console.log(
    problems.length === 0
      ? `✓ ${name}, ${store}: ${program.promise} ${seconds}`
      : `✗ ${name}, ${store}: ${problems.length} problems ${seconds}\n  ${someOfEach(problems).join('\n  ')}`,
  )
}
process.exitCode = failed === 0 ? 0 : 1

/** Thousands of one kind must not hide the one of another. */
function someOfEach(problems: readonly string[]): string[] {
  const kinds = Map.groupBy(problems, (problem) => problem.replaceAll(/\S*\d\S*/g, '#').slice(0, 60))
  return [...kinds.values()].flatMap((all) => [
    ...all.slice(0, 5),
    ...(all.length > 5 ? [`… and ${all.length - 5} like it`] : []),
  ])
}
