import { expect, test } from 'vitest'
import { openTestApp } from '../test/world.ts'

test('while it stops, each answer ends its connection, so that none is asked in the moment it closes', async () => {
  const app = await openTestApp({ env: { SHUTDOWN_DELAY_MS: '500' } })
  const ask = async () => (await fetch(`${app.url}/livez`)).headers.get('connection')
  expect(await ask()).toBe('keep-alive')
  const closed = app.close()
  expect(await ask()).toBe('close')
  await closed
})
