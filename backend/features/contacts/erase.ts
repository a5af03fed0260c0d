import type { Context } from '../../feature.ts'
import type { WorkspaceStore } from '../../model/index.ts'
import { recordDeed } from '../audit/record.ts'
import { releaseFiles } from '../media/release.ts'
import { markConversations } from '../message-days/marks.ts'
import { wholeStoreOf } from '../visibility/limited-store.ts'
import { getContact } from './contacts.ts'
import { eachMessageOf, filesOfMessages } from './belongings.ts'
import { eraseFailedJobs, eraseTraces, type ForgetJobs } from './traces.ts'

export type EraseDeps = {
  removeFile: (sha256: string) => Promise<void>
  /** Keeps the ids outside the store, so that a restored backup does not bring the person back. */
  noteErased: (ids: readonly string[]) => Promise<void>
  forgetJobs: ForgetJobs
}

/**
 * Removes a person: contact, identities, conversations, messages, notes, leads, the files that only they sent or got, and
 * what is left of them in kept webhooks and answers. The audit log says that it happened, not to whom.
 */
export async function eraseContact(
  context: Context,
  { removeFile, noteErased, forgetJobs }: EraseDeps,
  id: string,
  { again = false } = {},
): Promise<void> {
  const { notify } = context
  const whole = wholeStoreOf(context.store)
  await getContact({ store: whole }, id)
  const conversations = await whole.conversations.find({ where: { contactId: id }, limit: 1000 })
  // Contacts that became part of this one may be apart in a backup.
  const merges = await whole.contactMerges.find({ where: { keptId: id }, limit: 1000 })
  const merged = merges.map(({ removed }) => String(removed['id']))
  // No part of the transaction, thus first: whoever was not erased after all only lost what had failed anyway.
  await eraseFailedJobs({ ...context, store: whole }, forgetJobs, id, conversations)
  const hashes = await whole.transaction(async (tx) => {
    // Planned for this person, so they keep no file for anybody.
    const chatIds = conversations.map((conversation) => conversation.id)
    await tx.scheduledMessages.removeWhere({ conversationId: { in: chatIds } })
    const { named, messages } = await belongingsOf(tx, conversations)
    const files = await releaseFiles(tx, named, (messageId) => messages.has(messageId))
    await eraseTraces(tx, id, conversations)
    await markConversations(tx, context.now(), chatIds)
    await tx.contacts.remove(id)
    const details = {
      messages: messages.size,
      files: files.length,
      conversations: conversations.length,
      ...(merged.length > 0 ? { merged: merged.join(' ') } : {}),
      ...(again ? { again } : {}),
    }
    await recordDeed({ ...context, store: tx }, { action: 'contact.erased', subject: { id }, details })
    return [...new Set(files.flatMap(({ sha256 }) => sha256 ?? []))]
  })
  await noteErased([id, ...merged])
  for (const sha256 of hashes) await removeFile(sha256)
  for (const { id: conversationId, assignedTo } of conversations)
    notify({ name: 'conversation:removed', payload: { conversationId }, was: assignedTo })
  notify({ name: 'contact:removed', payload: { contactId: id } })
}

async function belongingsOf(store: WorkspaceStore, conversations: readonly { id: string }[]) {
  const named = []
  const messages = new Set<string>()
  for (const { id } of conversations)
    for await (const page of eachMessageOf(store, id)) {
      for (const message of page) messages.add(message.id)
      named.push(...(await filesOfMessages(store, page)))
    }
  return { named, messages }
}
