import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { sealEntries } from '../backend/features/audit/seal.ts'
import { openVault } from '../backend/platform/crypto.ts'
import { openStores, openTestApp, owner } from '../backend/test/world.ts'
import { checkAll } from './backup-tools.ts'

const stores = await openStores()
const workspaceId = 'ws_first'

describe.each(stores)('the check of the audit log, on the $kind store', ({ databaseUrl }) => {
  async function open() {
    const dataFolder = await mkdtemp(join(tmpdir(), 'parley-fsck-'))
    onTestFinished(() => rm(dataFolder, { recursive: true, force: true }))
    const url = await databaseUrl()
    const path = join(dataFolder, 'parley.json')
    const app = await openTestApp({ databaseUrl: url, env: { DATA_FILE_PATH: path } })
    onTestFinished(() => app.close())
    const { system } = app.app.store
    const place = { storeUrl: url ?? pathToFileURL(path).href, dataFolder }
    const vault = await openVault(place)
    const seal = () => sealEntries({ system, vault, log: app.app.logs.audit })
    for (let count = 0; count < 4; count++)
      await app.call('POST', '/api/auth/login', { email: owner.email, password: 'wrong' }, { cookie: null })
    await seal()
    const chain = () =>
      system.auditEntries.find({
        where: { workspaceId, sequence: { not: null } },
        sort: ['sequence', 'asc'],
        limit: 100,
      })
    async function problems(): Promise<string[]> {
      const said: string[] = []
      await checkAll(place, (problem) => said.push(problem))
      return said
    }
    return { app, system, place, seal, chain, problems }
  }

  test('finds nothing when nobody touched it, also after entries at the same moment and a second round', async () => {
    const { app, seal, chain, problems } = await open()
    await Promise.all(
      ['a', 'b', 'c'].map((name) =>
        app.call('POST', '/api/team/invitations', { email: `${name}@example.com`, role: 'agent' }),
      ),
    )
    await Promise.all([seal(), seal()])
    await seal()
    const entries = await chain()
    expect(entries.length).toBeGreaterThanOrEqual(8)
    expect(entries.map(({ sequence }) => sequence)).toEqual(entries.map((_, index) => index + 1))
    expect(await problems()).toEqual([])
  })

  test.each([
    ['what was done was changed', { action: 'session.started' }],
    ['who did it was changed', { actorName: 'Somebody else' }],
    ['when it was done was changed', { ip: '203.0.113.1' }],
    ['a detail was added', { details: { before: 'agent' } }],
    ['the seal was replaced', { seal: 'x'.repeat(43) }],
  ])('names the entry when %s', async (_, change) => {
    const { system, chain, problems } = await open()
    const entry = (await chain())[2]!
    await system.auditEntries.update(entry.id, change as object)
    expect(await problems()).toEqual([expect.stringContaining(`entry 3 (${entry.id}) was changed`)])
  })

  test('notices that an entry is gone from the middle, from the end, or all of them', async () => {
    const { system, chain, problems } = await open()
    const entries = await chain()
    await system.auditEntries.remove(entries.at(-1)!.id)
    expect(await problems()).toEqual([expect.stringContaining(`and ${entries.length} were sealed`)])
    await system.auditEntries.remove(entries[1]!.id)
    expect(await problems()).toEqual([expect.stringContaining('entries 2 to 2 are missing')])
    await system.auditEntries.removeWhere({ workspaceId })
    expect(await problems()).toEqual([expect.stringContaining('it ends at entry 0')])
  })

  test('notices that two entries changed places, and that one was written anew behind the end', async () => {
    const { system, chain, problems } = await open()
    const [first, second] = await chain()
    await system.auditEntries.update(first!.id, { sequence: 1000, seal: second!.seal })
    await system.auditEntries.update(second!.id, { sequence: 1, seal: first!.seal })
    await system.auditEntries.update(first!.id, { sequence: 2 })
    expect((await problems())[0]).toContain('entry 1')
    await system.auditEntries.update(second!.id, { sequence: null, seal: null })
    expect((await problems())[0]).toContain('are missing')
  })
})
