import type { Contact, WorkspaceStore } from '../../model/index.ts'
import { wholeStoreOf } from '../visibility/limited-store.ts'
import { tellImport, type ImportWork } from './import-news.ts'

const batch = 200

/**
 * Removes the contacts that an import added. Who was changed, written to or given a lead since then stays, and so does what
 * the import changed in contacts that were there before. What is removed counts in the transaction that removes it.
 */
export async function undoImport(context: ImportWork, id: string): Promise<void> {
  const { store } = context
  const one = await store.contactImports.get(id)
  if (one?.state !== 'undoing' || !one.finishedAt) return
  const where = { importId: id, updatedAt: { lte: one.finishedAt } }
  let after: { value: string; id: string } | undefined
  for (;;) {
    const page = await store.contacts.find({
      where,
      sort: ['createdAt', 'asc'],
      limit: batch,
      ...(after ? { after } : {}),
    })
    if (page.length === 0) break
    after = { value: page.at(-1)!.createdAt, id: page.at(-1)!.id }
    const moved = await store.transaction(async (tx) => {
      const unused = await withoutBelongings(wholeStoreOf(tx), page)
      const removed = await tx.contacts.removeWhere({ ...where, id: { in: unused } })
      return tx.contactImports.update(id, {}, { add: { removed }, onlyIf: { state: 'undoing' } })
    })
    if (!moved) return
    await tellImport(context, moved)
  }
  const undone = await store.contactImports.update(id, { state: 'undone' }, { onlyIf: { state: 'undoing' } })
  if (undone) await tellImport(context, undone)
}

async function withoutBelongings(tx: WorkspaceStore, contacts: readonly Contact[]): Promise<string[]> {
  const where = { contactId: { in: contacts.map(({ id }) => id) } }
  const [chats, leads] = [
    await tx.conversations.find({ where, limit: 10_000 }),
    await tx.leads.find({ where, limit: 10_000 }),
  ]
  const used = new Set([...chats, ...leads].map(({ contactId }) => contactId))
  return contacts.map(({ id }) => id).filter((id) => !used.has(id))
}
