import type { Vault } from '../../platform/crypto.ts'
import { isSealOf, textOf, type Sealed } from './seal.ts'

type Link = Sealed & { sequence: number; seal: string }
type Head = { workspaceId: string; sequence: number; seal: string }
type End = { sequence: number; seal: string; broken: number }

/** Reads the chains of all workspaces, entries in the order of their sequence; says the first break of each. */
export async function verifyChains(
  vault: Vault,
  entries: AsyncIterable<Link>,
  heads: AsyncIterable<Head>,
  say: (problem: string) => void,
): Promise<number> {
  const ends = new Map<string, End>()
  const complain = (end: End, workspaceId: string, problem: string) => {
    if (end.broken++ === 0) say(`The audit log of ${workspaceId}: ${problem}`)
  }
  for await (const { sequence, seal, ...entry } of entries) {
    const end = ends.get(entry.workspaceId) ?? { sequence: 0, seal: '', broken: 0 }
    ends.set(entry.workspaceId, end)
    if (sequence !== end.sequence + 1)
      complain(end, entry.workspaceId, `entries ${end.sequence + 1} to ${sequence - 1} are missing`)
    else if (!isSealOf(vault, textOf(entry, sequence, end.seal), seal))
      complain(
        end,
        entry.workspaceId,
        `entry ${sequence} (${entry.id}) was changed, or sealed with a key that is not here`,
      )
    Object.assign(end, { sequence, seal })
  }
  for await (const { workspaceId, sequence, seal } of heads) {
    const end = ends.get(workspaceId) ?? { sequence: 0, seal: '', broken: 0 }
    ends.set(workspaceId, end)
    if (end.sequence !== sequence || end.seal !== seal)
      complain(end, workspaceId, `it ends at entry ${end.sequence}, and ${sequence} were sealed`)
  }
  return [...ends.values()].filter(({ broken }) => broken > 0).length
}
