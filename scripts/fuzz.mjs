/* npm run fuzz -- [requests per route] [part of a route's name]: what `npm test` does with 300, for as long as one likes. */
import { spawnSync } from 'node:child_process'

const [runs = '3000', only = ''] = process.argv.slice(2)
const { status } = spawnSync('vitest run backend/trust/fuzz.test.ts', {
  shell: true,
  stdio: 'inherit',
  env: { ...process.env, FUZZ_RUNS: runs, FUZZ_ONLY: only },
})
process.exitCode = status ?? 1
