import { AppError } from '../../errors.ts'
import type { Context } from '../../feature.ts'

/** How much room the files of one workspace may take; null lets them take what there is. */
export type Quota = {
  limitBytes: number | null
  /** Refuses what does not fit. Until the answer is called, the room counts as taken: of many at once some do not fit. */
  reserve(context: Pick<Context, 'store' | 'workspaceId'>, bytes: number): Promise<() => void>
}

export async function usedBytes({ store }: Pick<Context, 'store'>): Promise<{ bytes: number; files: number }> {
  const [row] = await store.media.group({ where: { sha256: { not: null } }, by: [], sum: ['bytes'] })
  return { bytes: row?.sums[0] ?? 0, files: row?.count ?? 0 }
}

export function createQuota(limitBytes: number | null): Quota {
  const reserved = new Map<string, number>()
  const add = (workspaceId: string, bytes: number) => {
    const sum = (reserved.get(workspaceId) ?? 0) + bytes
    if (sum > 0) reserved.set(workspaceId, sum)
    else reserved.delete(workspaceId)
  }
  return {
    limitBytes,
    async reserve({ store, workspaceId }, bytes) {
      if (limitBytes === null) return () => {}
      // Before the sum is read, so that nobody else finds the same room free.
      add(workspaceId, bytes)
      const release = () => add(workspaceId, -bytes)
      try {
        const used = await usedBytes({ store })
        if (used.bytes + reserved.get(workspaceId)! > limitBytes) throw new AppError('media.quota_full')
        return release
      } catch (error) {
        release()
        throw error
      }
    },
  }
}
