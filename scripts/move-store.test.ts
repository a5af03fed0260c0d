import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { model } from '../backend/model/index.ts'
import { openStore } from '../backend/platform/store/store.ts'
import { openTestDatabase } from '../backend/test/postgres.ts'

const database = await openTestDatabase()
const script = fileURLToPath(new URL('./move-store.ts', import.meta.url))
const moveStore = (...given: string[]) => promisify(execFile)(process.execPath, [script, ...given])

test.skipIf(!database)('a JSON store moves to PostgreSQL and back', { timeout: 60_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-move-'))
  const [first, last] = [join(folder, 'first.json'), join(folder, 'last.json')]
  const before = await openStore(pathToFileURL(first), model)
  const workspace = await before.system.workspaces.insert({ name: 'Bolos da Ana', settings: {} as never })
  await before.close()
  await moveStore('--from', first, '--to', database!.url)
  const { stdout } = await moveStore('--from', database!.url, '--to', last)
  expect(stdout).toContain('workspaces: 1 moved and compared')
  const after = await openStore(pathToFileURL(last), model)
  expect(await after.system.workspaces.get(workspace.id)).toEqual(workspace)
  await after.close()
  await expect(moveStore('--from', first, '--to', last)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('not empty'),
  })
  await rm(folder, { recursive: true })
})

test('a place that does not exist is no empty store', async () => {
  const nowhere = join(tmpdir(), 'parley-nowhere.json')
  await expect(moveStore('--from', nowhere, '--to', `${nowhere}.copy`)).rejects.toMatchObject({
    code: 1,
    stderr: `There is no ${nowhere}.\n`,
  })
  await expect(moveStore('--from', nowhere)).rejects.toMatchObject({
    stderr: expect.stringContaining('npm run move-store -- --from'),
  })
})
