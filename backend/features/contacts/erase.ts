import type { Context } from '../../feature.ts'
import { markConversations } from '../message-days/marks.ts'
import { getContact } from './contacts.ts'

type Deps = { removeFile: (sha256: string) => Promise<void> }

/** Removes a person: contact, identities, conversations, messages and the files that only they sent or got. */
export async function eraseContact(context: Context, { removeFile }: Deps, id: string): Promise<void> {
  const { store, notify } = context
  await getContact(context, id)
  const conversations = await store.conversations.find({ where: { contactId: id }, limit: 1000 })
  const hashes = await store.transaction(async (tx) => {
    const files = await filesOf(tx, id)
    for (const file of files) await tx.media.remove(file.id)
    await markConversations(
      tx,
      context.now(),
      conversations.map((conversation) => conversation.id),
    )
    await tx.contacts.remove(id)
    return [...new Set(files.flatMap(({ sha256 }) => sha256 ?? []))]
  })
  for (const sha256 of hashes) {
    const others = await store.media.find({ where: { sha256 }, limit: 1 })
    if (others.length === 0) await removeFile(sha256)
  }
  for (const conversation of conversations)
    notify({ name: 'conversation:removed', payload: { conversationId: conversation.id } })
  notify({ name: 'contact:removed', payload: { contactId: id } })
}

async function filesOf(store: Context['store'], contactId: string) {
  const files = []
  for (const conversation of await store.conversations.find({ where: { contactId }, limit: 1000 })) {
    let after: { value: string; id: string } | undefined
    for (;;) {
      const page = await store.messages.find({
        where: { conversationId: conversation.id },
        sort: ['sentAt', 'asc'],
        limit: 500,
        ...(after ? { after } : {}),
      })
      if (page.length === 0) break
      files.push(...(await store.media.find({ where: { messageId: { in: page.map(({ id }) => id) } }, limit: 500 })))
      after = { value: page.at(-1)!.sentAt, id: page.at(-1)!.id }
    }
  }
  return files
}
