import type { Media, WorkspaceStore } from '../../model/index.ts'
import { messagesOf } from './messages.ts'

/** Messages go: files that only they name are removed and answered, others stay with a message that is still there. */
export async function releaseFiles(
  tx: WorkspaceStore,
  files: readonly Media[],
  isGone: (messageId: string) => boolean,
): Promise<Media[]> {
  const removed: Media[] = []
  for (const file of files) {
    const [messageId, ...alsoIn] = messagesOf(file).filter((id) => !isGone(id))
    if (messageId) await tx.media.update(file.id, { messageId, details: { ...file.details, alsoIn } })
    else removed.push(file)
  }
  if (removed.length > 0) await tx.media.removeWhere({ id: { in: removed.map(({ id }) => id) } })
  return removed
}
