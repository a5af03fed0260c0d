/*
 * All tests, one command: `npm test`. Each step prints its own output; the last lines say what passed, and how the steps
 * that failed ended.
 * `npm test -- --only unit,types` runs some of them.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'

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

const longestEnd = 20_000 // characters

const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1].split(',') : undefined
const chosen = steps.filter(({ name }) => !only || only.includes(name))
const results = []
for (const { name, command } of chosen) {
  console.log(`\n━━ ${name}: ${command}`)
  const started = performance.now()
  const { passed, end } = await run(command)
  results.push({ name, passed, end, seconds: (performance.now() - started) / 1000 })
}

console.log('\n━━ Summary')
for (const { name, passed, seconds } of results)
  console.log(`${passed ? 'passed' : 'FAILED'}  ${name.padEnd(18)} ${seconds.toFixed(1)} s`)
const failed = results.filter(({ passed }) => !passed)
for (const { name, end } of failed) console.log(`\n━━ how "${name}" ended\n${end}`)
console.log(`${results.length - failed.length} passed, ${failed.length} failed`)
process.exitCode = failed.length === 0 ? 0 : 1

/** Shown as it comes; `end` is its last lines once more. */
async function run(command) {
  // npm puts node_modules/.bin first in PATH, so these are the project's own tools and its own Node.
  const colours = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}
  const env = { ...process.env, ...colours }
  const child = spawn(command, { shell: true, stdio: ['ignore', 'pipe', 'pipe'], env })
  let end = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      process.stdout.write(text)
      end = (end + text).slice(-longestEnd)
    })
  const printed = once(child, 'close')
  const [code] = await once(child, 'exit')
  // A program that a test left behind holds the pipe open, and nobody waits for that.
  await Promise.race([printed, setTimeout(1000, undefined, { ref: false })])
  return { passed: code === 0, end: end.trim().split('\n').slice(-25).join('\n') }
}
