import { notes as routes } from '../../contract/notes.ts'
import type { Parsed } from '../../contract/route.ts'
import { AppError } from '../../errors.ts'
import { implement, type Context } from '../../feature.ts'
import type { ThreadEntry } from '../../model/index.ts'
import { getConversation } from '../conversations/conversations.ts'
import { notifyPeople } from '../notifications/notify.ts'
import { readPage } from '../pages.ts'

type Draft = Parsed<typeof routes.create>['body']

async function listEntries(
  context: Context,
  conversationId: string,
  query: Parsed<typeof routes.list>['query'],
  kind?: ThreadEntry['kind'],
) {
  const { rows, pagination } = await readPage(context.store.threadEntries, query, {
    where: { conversationId, ...(kind ? { kind } : {}) },
    sort: ['createdAt', 'desc'],
  })
  if (rows.length === 0) await getConversation(context, conversationId)
  return { rows, pagination }
}

async function createNote(context: Context, conversationId: string, draft: Draft): Promise<ThreadEntry> {
  return context.store.transaction(async (store) => {
    const tx = { ...context, store }
    const { text, mentions } = await readDraft(tx, draft)
    await getConversation(tx, conversationId)
    const note = await store.threadEntries.insert({
      conversationId,
      kind: 'note',
      userId: context.user?.id ?? null,
      text,
      mentions,
    })
    tx.notify({ name: 'note:new', payload: { note } })
    await tellMentioned(tx, note, mentions)
    return note
  })
}

async function updateNote(context: Context, conversationId: string, id: string, draft: Draft): Promise<ThreadEntry> {
  return context.store.transaction(async (store) => {
    const tx = { ...context, store }
    const before = await getNote(tx, conversationId, id)
    if (before.userId !== context.user?.id) throw new AppError('note.not_yours')
    const { text, mentions } = await readDraft(tx, draft)
    const note = await store.threadEntries.update(id, { text, mentions, editedAt: context.now().toISOString() })
    if (!note) throw new AppError('note.not_found')
    tx.notify({ name: 'note:updated', payload: { note } })
    await tellMentioned(tx, note, mentions)
    return note
  })
}

async function removeNote(context: Context, conversationId: string, id: string): Promise<void> {
  const { store, user, notify } = context
  const note = await getNote(context, conversationId, id)
  if (note.userId !== user?.id && user?.role === 'agent') throw new AppError('note.not_yours')
  if (!(await store.threadEntries.remove(id))) throw new AppError('note.not_found')
  notify({ name: 'note:removed', payload: { noteId: id, conversationId } })
}

async function getNote({ store }: Context, conversationId: string, id: string): Promise<ThreadEntry> {
  const note = await store.threadEntries.get(id)
  if (note?.kind !== 'note' || note.conversationId !== conversationId) throw new AppError('note.not_found')
  return note
}

/** Only people of this workspace can be mentioned. */
async function readDraft({ store }: Context, { text, mentions }: Draft): Promise<Draft> {
  const wanted = [...new Set(mentions)]
  const people = await store.users.getMany(wanted)
  if (people.length < wanted.length) throw new AppError('user.not_found')
  return { text, mentions: wanted }
}

/** Whoever was told of this note already is not told again when it is changed. */
async function tellMentioned(context: Context, note: ThreadEntry, mentions: readonly string[]): Promise<void> {
  if (mentions.length === 0) return
  const conversation = await getConversation(context, note.conversationId)
  await notifyPeople(
    context,
    mentions.map((userId) => ({
      userId,
      kind: 'mention',
      key: `mention:${note.id}`,
      conversation,
      preview: note.text ?? '',
      entryId: note.id,
    })),
  )
}

export const notes = implement(routes, {
  async list(context, { params, query }) {
    const { rows, pagination } = await listEntries(context, params.conversationId, query, 'note')
    return { notes: rows, pagination }
  },
  create: (context, { params, body }) => createNote(context, params.conversationId, body),
  update: (context, { params, body }) => updateNote(context, params.conversationId, params.noteId, body),
  async remove(context, { params }) {
    await removeNote(context, params.conversationId, params.noteId)
    return {}
  },
  async activity(context, { params, query }) {
    const { rows, pagination } = await listEntries(context, params.conversationId, query)
    return { entries: rows, pagination }
  },
})
