/*
 * All tests, one command: `npm test`. Each step prints its own output; the last lines say what passed.
 * `npm test -- --only unit,types` runs some of them.
 */
import { spawnSync } from 'node:child_process'

const steps = [
  { name: 'format', command: 'oxfmt --check backend bench e2e frontend scripts' },
  { name: 'lint', command: 'oxlint --deny-warnings' },
  { name: 'types', command: 'tsc -p tsconfig.json' },
  { name: 'dashboard types', command: 'vue-tsc -p frontend/tsconfig.json --noEmit' },
  { name: 'dead code', command: 'knip' },
  { name: 'build', command: 'node scripts/build.mjs' },
  { name: 'unit', command: 'vitest run' },
  { name: 'durability', command: 'node backend/platform/store/durability/run.ts --short' },
  { name: 'end to end', command: 'node e2e/run.ts' },
  { name: 'torture: webhooks', command: 'node e2e/torture/run.ts webhooks --items 10000 --kill 1500' },
  { name: 'torture: server', command: 'node e2e/torture/run.ts server --rounds 10' },
  { name: 'overload', command: 'node e2e/pressure.ts overload --seconds 5' },
  { name: 'pressure', command: 'node e2e/pressure.ts slow full clock --seconds 4 --together' },
  { name: 'clock: postgres', command: 'node e2e/pressure.ts clock --store postgres' },
  { name: 'torture: keys', command: 'node e2e/torture/run.ts keys --keys 100' },
  { name: 'torture: stop', command: 'node e2e/torture/run.ts stop' },
]

const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1].split(',') : undefined
const chosen = steps.filter(({ name }) => !only || only.includes(name))
const results = chosen.map(({ name, command }) => {
  console.log(`\n━━ ${name}: ${command}`)
  const started = performance.now()
  // npm puts node_modules/.bin first in PATH, so these are the project's own tools and its own Node.
  const { status } = spawnSync(command, { shell: true, stdio: 'inherit' })
  return { name, passed: status === 0, seconds: (performance.now() - started) / 1000 }
})

console.log('\n━━ Summary')
for (const { name, passed, seconds } of results)
  console.log(`${passed ? 'passed' : 'FAILED'}  ${name.padEnd(18)} ${seconds.toFixed(1)} s`)
const failed = results.filter(({ passed }) => !passed).length
console.log(`${results.length - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
