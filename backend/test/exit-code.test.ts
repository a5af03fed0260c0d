import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

/** Whatever is loaded before and after the tests, such as what starts their PostgreSQL. */
test('a test that fails makes the command fail', async () => {
  if (process.env['FAIL_ON_PURPOSE']) throw new Error('on purpose')
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST'))
  const env = { ...Object.fromEntries(inherited), FAIL_ON_PURPOSE: 'yes' }
  const given = [resolve(root, 'node_modules/vitest/vitest.mjs'), 'run', 'backend/test/exit-code.test.ts']
  const run = promisify(execFile)(process.execPath, given, { cwd: root, env })
  await expect(run).rejects.toMatchObject({ code: 1, stdout: expect.stringContaining('1 failed') })
})
