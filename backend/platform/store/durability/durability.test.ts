import { expect, test } from 'vitest'
import { corrupt } from './corrupt.ts'
import { diskfull } from './diskfull.ts'
import { iosweep } from './iosweep.ts'
import { kill9 } from './kill9.ts'
import { checkOrder, order } from './order.ts'
import { powercut } from './powercut.ts'
import { NotPossibleHere } from './tools.ts'

/** A glance at each; `npm run durability` looks longer, and `npm run durability -- mutants` proves that it sees. */
test.for([order, corrupt, kill9, iosweep, powercut, diskfull])(
  'nothing acknowledged is lost: $summary',
  { timeout: 180_000 },
  async ({ name, run }, { skip }) => {
    const seed = Date.now() % 1_000_000
    try {
      const { bad } = await run('glance', { seed, note: () => {} })
      expect(bad, `npm run durability -- --seed=${seed} ${name}`).toEqual([])
    } catch (error) {
      if (!(error instanceof NotPossibleHere)) throw error
      console.warn(`SKIPPED: the durability method ${name} cannot run here: ${error.message}`)
      skip(error.message)
    }
  },
)

test.each([
  ['an answer before the sync', ['write /j.log', 'key /j.log 1', 'ack 1'], 'answered before it was synced'],
  [
    'an answer before the name is synced',
    ['open /j.log', 'write /j.log', 'key /j.log 1', 'sync /j.log', 'ack 1'],
    'the name of its file',
  ],
  ['a rename before the sync', ['write /a.json.tmp', 'rename /a.json'], 'put in place before it was synced'],
  ['a removal before the new name is synced', ['rename /a.json', 'unlink /b.log'], 'removed before the new name'],
])('the order of system calls: %s is noticed', (_name, calls, problem) => {
  const trace = calls.map((call, index) => `#${index} ${call}`)
  expect(checkOrder(trace).bad).toEqual([expect.stringContaining(problem)])
})

test('a snapshot that another thread writes in between is no disorder', () => {
  const calls = ['write /j.log', 'write /s.ndjson.tmp', 'key /s.ndjson.tmp 1', 'key /j.log 1', 'sync /j.log', 'ack 1']
  expect(checkOrder(calls.map((call, index) => `#${index} ${call}`))).toEqual({ answers: 1, bad: [] })
})
