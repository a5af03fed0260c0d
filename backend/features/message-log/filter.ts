import type { MessageFilter } from '../../contract/messages.ts'
import type { Context } from '../../feature.ts'
import type { Message } from '../../model/index.ts'
import type { Tests } from '../../platform/store/store.ts'
import { addDays, startOfDay } from '../message-days/zone.ts'

/** What the store is asked; the words of a search are asked beside it. */
export async function testsOf(
  { store, workspaceId }: Context,
  { direction, status, type, channelId, userId, from, to }: MessageFilter,
): Promise<Tests<Message>> {
  const timeZone = from || to ? await timeZoneOf(store, workspaceId) : 'UTC'
  const sentAt = {
    ...(from ? { gte: startOfDay(from, timeZone).toISOString() } : {}),
    ...(to ? { lt: startOfDay(addDays(to, 1), timeZone).toISOString() } : {}),
  }
  return {
    ...(direction ? { direction } : {}),
    ...(status ? { status } : {}),
    ...(type ? { type } : {}),
    ...(channelId ? { channelId } : {}),
    ...(userId ? { userId } : {}),
    ...(from || to ? { sentAt } : {}),
  }
}

export async function timeZoneOf(store: Context['store'], workspaceId: string): Promise<string> {
  return (await store.workspaces.get(workspaceId))?.settings.timeZone ?? 'UTC'
}
