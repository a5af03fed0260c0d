import { corrupt } from './corrupt.ts'
import { diskfull } from './diskfull.ts'
import { iosweep } from './iosweep.ts'
import { kill9 } from './kill9.ts'
import type { Level, Method } from './method.ts'
import { mutants } from './mutants.ts'
import { order } from './order.ts'
import { powercut } from './powercut.ts'
import { NotPossibleHere } from './tools.ts'

/*
 * npm run durability -- [--long] [--seed=7] [kill9 iosweep:torn …]
 * Without names it runs everything but `mutants`, which shows that the others would notice.
 */
const methods: readonly Method[] = [order, corrupt, kill9, iosweep, powercut, diskfull]

const flags = process.argv.slice(2).filter((given) => given.startsWith('--'))
const names = process.argv.slice(2).filter((given) => !given.startsWith('--'))
const levels: readonly Level[] = ['glance', 'short', 'long']
const level = levels.find((level) => flags.includes(`--${level}`)) ?? 'short'
const seed = Number(flags.find((flag) => flag.startsWith('--seed='))?.slice('--seed='.length) ?? Date.now() % 1_000_000)
const all = [...methods, mutants]
const asked = names.map((name) => {
  const [method, only] = name.split(':')
  return { name, only, method: all.find(({ name }) => name === method) }
})
const unknown = asked.filter(({ method }) => !method).map(({ name }) => name)
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(', ')}. There are:`)
  for (const { name, summary } of all) console.error(`  ${name.padEnd(10)} ${summary}`)
  process.exit(2)
}

// So that what is mounted and running goes away with us.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

let [failures, skipped] = [0, 0]
console.log(`Durability of the JSON store, ${level}, --seed=${seed}`)
for (const { method, only } of asked.length > 0 ? asked : methods.map((method) => ({ method, only: undefined }))) {
  if (!method) continue
  const since = performance.now()
  const took = () => `${((performance.now() - since) / 1000).toFixed(1)} s`
  try {
    const { tried, bad } = await method.run(level, {
      seed,
      only,
      note: (line) => console.log(`  ${method.name}: ${line}`),
    })
    console.log(`${bad.length === 0 ? 'ok  ' : 'BAD '} ${method.name.padEnd(10)} ${tried} (${took()})`)
    for (const line of bad.slice(0, 20)) console.log(`       ${line}`)
    failures += bad.length
  } catch (error) {
    if (!(error instanceof NotPossibleHere)) throw error
    skipped += 1
    console.warn(`SKIPPED ${method.name}: ${error.message}. What it would find was NOT looked for.`)
  }
}
if (skipped > 0)
  console.warn(`${skipped} of ${methods.length} methods were SKIPPED: before a release they must run somewhere.`)
process.exit(failures > 0 ? 1 : 0)
