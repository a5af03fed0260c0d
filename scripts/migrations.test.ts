import { expect, test } from 'vitest'
import { readState, writeSql } from './migrations.ts'

test('the migrations lead to the model (else run `npm run migrations`)', async () => {
  const { before, after } = await readState()
  expect(await writeSql(before, after)).toBe('')
})
