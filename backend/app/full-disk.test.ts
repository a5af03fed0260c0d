import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createApp } from '../app.ts'
import { loadConfig } from '../config.ts'
import { createLogs } from '../platform/log.ts'
import { openTestApp } from '../test/world.ts'

/** One megabyte of its own, where this user may mount one. */
async function mountSmallDisk(): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-small-'))
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'ignore' })
  onTestFinished(async () => {
    if (status === 0) spawnSync('umount', ['-l', folder])
    await rm(folder, { recursive: true, force: true })
  })
  return status === 0 ? folder : undefined
}

test('on a disk that is full to its last byte Parley starts and shows what is there', async (context) => {
  const folder = await mountSmallDisk()
  if (!folder) return context.skip('only root can mount a small disk')
  const env = { DATA_FILE_PATH: join(folder, 'parley.json') }
  await (await openTestApp({ env })).close()
  await writeFile(join(folder, 'fill'), Buffer.alloc(2_000_000)).catch(() => {})
  const logs = createLogs({ level: 'silent' })
  const app = await createApp(loadConfig({ NODE_ENV: 'test', PORT: '0', ...env }), { manualJobs: true, logs })
  expect(await app.store.system.users.find({ limit: 10 })).toHaveLength(1)
  await expect(app.store.system.users.updateWhere({}, { name: 'Olga' })).rejects.toThrow('no room')
  await rm(join(folder, 'fill'))
  await expect
    .poll(
      () =>
        app.store.system.users.updateWhere({}, { name: 'Olga' }).then(
          (rows) => rows.length,
          () => 0,
        ),
      { timeout: 15_000 },
    )
    .toBe(1)
  await app.stop()
})
