import { expect, test } from 'vitest'
import { createVault } from '../../platform/crypto.ts'
import { textOf, type Sealed } from './seal.ts'
import { verifyChains } from './verify.ts'

const workspaceId = 'ws_1'
const vault = createVault(['a key of thirty-two letters or more'])

/** As the installation would write it: each entry sealed with its place and the seal before it. */
function chainOf(...actions: string[]) {
  let before = ''
  return actions.map((action, index) => {
    const entry = { id: `aud_${action}`, workspaceId, action, details: {} } as unknown as Sealed
    before = vault.sign('audit', textOf(entry, index + 1, before))
    return { ...entry, sequence: index + 1, seal: before }
  })
}
async function* each<T>(rows: readonly T[]): AsyncGenerator<T> {
  yield* rows
}
async function problemsOf(chain: ReturnType<typeof chainOf>): Promise<string[]> {
  const said: string[] = []
  const head = { workspaceId, sequence: chain.length, seal: chain.at(-1)!.seal }
  await verifyChains(vault, each(chain), each([head]), (problem) => said.push(problem))
  return said
}

test('an entry of another history, sealed for the same place, does not fit into this one', async () => {
  const ours = chainOf('member.invited', 'member.joined', 'password.changed')
  const theirs = chainOf('settings.changed', 'contacts.exported', 'channel.removed')
  expect(await problemsOf(ours)).toEqual([])
  expect(await problemsOf(theirs)).toEqual([])
  expect(await problemsOf([ours[0]!, theirs[1]!, ours[2]!])).toEqual([expect.stringContaining('entry 2')])
  expect(await problemsOf([...ours.slice(0, 2), theirs[2]!])).toEqual([expect.stringContaining('entry 3')])
})
