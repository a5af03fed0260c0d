import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openLedger } from './ledger.ts'

test('a line that was cut off counts for nothing, and what comes after it does', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-ledger-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const path = join(folder, 'names.log')
  const ledger = openLedger(path)
  expect(await ledger.read()).toBeUndefined()
  const at = new Date('2026-11-21T09:00:00Z')
  await ledger.add(['con_a', 'con_b'], at)
  await appendFile(path, '2026-11-21T09:00:01.000Z con_cut')
  expect(await ledger.read()).toEqual(new Set(['con_a', 'con_b']))
  await ledger.add(['con_c'], at)
  expect(await ledger.read()).toEqual(new Set(['con_a', 'con_b', 'con_c']))
})
