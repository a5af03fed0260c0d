import type { SystemStore } from '../../model/index.ts'
import type { Log } from '../../platform/log.ts'
import { recordForWorkspace } from '../audit/record.ts'

type Deps = { system: SystemStore; place: string; version: number; now: () => Date; log: Log }

const id = 'installation'

/**
 * Data that was copied, by hand or with its disk, would send what its original sends too. So data that finds itself in
 * another place than last time sends nothing until an owner says that it may; a real move costs this one click.
 */
export async function pauseAfterMove({ system, place, version, now, log }: Deps): Promise<boolean> {
  const known = await system.installations.get(id)
  if (!known) await system.installations.insertMany([{ id, place, version }], { ifTaken: 'skip' })
  if (!known || known.place === place) return false
  const isPaused = await system.transaction(async (tx) => {
    if (!(await tx.installations.update(id, { place }, { onlyIf: { place: known.place } }))) return false
    const paused = await tx.channels.updateWhere({ sendingPausedAt: null }, { sendingPausedAt: now().toISOString() })
    for (const workspaceId of new Set(paused.map((channel) => channel.workspaceId)))
      await recordForWorkspace(tx, { workspaceId, ip: null }, { action: 'sending.paused' })
    return paused.length > 0
  })
  if (isPaused)
    log.warn('This data was last used in another place. Sending is paused, until an owner resumes it in the dashboard.')
  return isPaused
}
