import type { Media, Message, WorkspaceStore } from '../../model/index.ts'

const step = 500

/** All messages of a conversation, the oldest first, a page at a time. */
export async function* eachMessageOf(store: WorkspaceStore, conversationId: string): AsyncGenerator<Message[]> {
  let after: { value: string; id: string } | undefined
  for (;;) {
    const page = await store.messages.find({
      where: { conversationId },
      sort: ['sentAt', 'asc'],
      limit: step,
      ...(after ? { after } : {}),
    })
    if (page.length === 0) return
    yield page
    after = { value: page.at(-1)!.sentAt, id: page.at(-1)!.id }
  }
}

/** The files of a page of messages. */
export async function filesOfMessages(store: WorkspaceStore, messages: readonly Message[]): Promise<Media[]> {
  const files: Media[] = []
  const ids = messages.map(({ id }) => id)
  let after: { value: string; id: string } | undefined
  for (;;) {
    const page = await store.media.find({
      where: { messageId: { in: ids } },
      sort: ['createdAt', 'asc'],
      limit: step,
      ...(after ? { after } : {}),
    })
    files.push(...page)
    if (page.length < step) return files
    after = { value: page.at(-1)!.createdAt, id: page.at(-1)!.id }
  }
}
