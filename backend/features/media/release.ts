import type { Media, WorkspaceStore } from '../../model/index.ts'
import { changeEach } from '../change-each.ts'
import { messagesOf } from './messages.ts'

/**
 * Messages go: files that only they name are removed and answered. Others stay, with a message that is still there, or
 * because a saved answer or a planned message is going to show them.
 */
export async function releaseFiles(
  tx: WorkspaceStore,
  files: readonly Media[],
  isGone: (messageId: string) => boolean,
): Promise<Media[]> {
  const removed: Media[] = []
  const wanted = await wantedLater(tx, files)
  // Of those named besides the first, some may have gone earlier.
  const others = files.flatMap(messagesOf).filter((id) => !isGone(id))
  const there = new Set((await tx.messages.getMany([...new Set(others)])).map(({ id }) => id))
  for (const file of files) {
    const isNamed = new Set(messagesOf(file))
    const [messageId = null, ...alsoIn] = messagesOf(file).filter((id) => !isGone(id) && there.has(id))
    if (messageId === null && !file.details.isShared && !wanted.has(file.id)) removed.push(file)
    else
      await changeEach(tx.media, [file.id], (now) => {
        // A message that came to name it since stays named.
        const since = messagesOf(now).filter((id) => !isNamed.has(id))
        return messageId === null
          ? { messageId: since[0] ?? null, details: { ...now.details, alsoIn: since.slice(1) } }
          : { messageId, details: { ...now.details, alsoIn: [...alsoIn, ...since] } }
      })
  }
  if (removed.length > 0) await tx.media.removeWhere({ id: { in: removed.map(({ id }) => id) } })
  return removed
}

async function wantedLater(tx: WorkspaceStore, files: readonly Media[]): Promise<Set<string>> {
  // What a customer sent is nobody's saved answer.
  const own = files.filter(({ providerMediaId }) => providerMediaId === null).map(({ id }) => id)
  if (own.length === 0) return new Set()
  const answers = await tx.cannedReplies.find({ where: { mediaId: { in: own } }, limit: 10_000 })
  const planned = await tx.scheduledMessages.find({ where: { state: 'waiting' }, limit: 10_000 })
  const text = JSON.stringify(planned.map(({ message }) => message))
  return new Set([...answers.map(({ mediaId }) => mediaId!), ...own.filter((id) => text.includes(id))])
}
