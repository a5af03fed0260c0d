import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createApp } from '../../app.ts'
import { loadConfig } from '../../config.ts'
import { createLogs } from '../../platform/log.ts'
import { openStores, openTestApp } from '../../test/world.ts'

describe.each(await openStores())('the key of the data, on the $kind store', ({ databaseUrl }) => {
  test('is missed at the start where tokens were sealed with it, and only there', async () => {
    const database = await databaseUrl()
    const test = await openTestApp({ databaseUrl: database })
    await test.call('POST', '/api/channels', {
      name: 'Main',
      businessPhone: '+5511987654321',
      phoneNumberId: '106540352242922',
      accessToken: 'EAAtesttoken1234567890abcdef',
    })
    await test.app.stop()
    const startAndListen = async () => {
      const lines: string[] = []
      const logs = createLogs({ level: 'error', write: (line) => void lines.push(line) })
      const env = { DATA_FILE_PATH: join(test.folder, 'parley.json'), ...(database ? { DATABASE_URL: database } : {}) }
      await (await createApp(loadConfig({ NODE_ENV: 'test', ...env }), { manualJobs: true, logs })).stop()
      return lines.filter((line) => line.includes('"error"')).map((line) => (JSON.parse(line) as { msg: string }).msg)
    }
    expect(await startAndListen()).toEqual([])
    await rm(join(test.folder, 'encryption.key'))
    expect(await startAndListen()).toEqual([expect.stringContaining('1 of 1 access tokens cannot be read')])
    await rm(test.folder, { recursive: true, force: true })
  })
})
