/*
 * `npm run mutants`: plants bugs of trust and security, one at a time, into a copy of the product; the tests that are named
 * with each must notice it. A bug that survives is a hole in the tests. `--only webhook` plants those with that word in
 * their subject, their sentence or their file.
 */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { planted } from './list.ts'
import { openNursery } from './plant.ts'

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } })

const chosen = Object.entries(planted)
  .flatMap(([subject, mutants]) => mutants.map((mutant) => ({ subject, ...mutant })))
  .filter(({ subject, bug, file }) => `${subject} ${bug} ${file}`.includes(values.only))
if (chosen.length === 0) {
  console.error(`No planted bug has the words "${values.only}".`)
  process.exit(2)
}

const seconds = (since: number) => `${Math.round((performance.now() - since) / 1000)} s`
const started = performance.now()
const nursery = await openNursery(resolve(import.meta.dirname, '../../..'))
process.once('SIGINT', () => void nursery.close().finally(() => process.exit(130)))
let unnoticed = 0
try {
  const tests = [...new Set(chosen.flatMap(({ caughtBy }) => caughtBy))]
  const failure = await nursery.findUnharmedFailure(tests)
  if (failure !== undefined) {
    console.error(`Tests fail where nothing is planted, so they prove nothing: ${failure}`)
    process.exitCode = 1
  } else {
    console.log(`${tests.length} files of tests pass where nothing is planted (${seconds(started)})`)
    for (const { subject, ...mutant } of chosen) {
      const begun = performance.now()
      const { fate, by } = await nursery.tryOut(mutant)
      if (fate !== 'noticed') unnoticed++
      const mark = fate === 'noticed' ? '✓ noticed ' : `✗ ${fate.toUpperCase()}`
      console.log(`${mark} ${subject.padEnd(8)} ${mutant.bug} (${seconds(begun)})\n${' '.repeat(12)}${by}`)
    }
    const noticed = chosen.length - unnoticed
    console.log(`${noticed} of ${chosen.length} planted bugs were noticed (${seconds(started)})`)
    process.exitCode = unnoticed === 0 ? 0 : 1
  }
} finally {
  await nursery.close()
}
