import { cannedReplies as routes } from '../../contract/canned-replies.ts'
import type { Parsed } from '../../contract/route.ts'
import { AppError } from '../../errors.ts'
import { implement, type Context } from '../../feature.ts'
import type { CannedReply } from '../../model/index.ts'
import { requireRoom } from '../room.ts'
import { DuplicateKey } from '../../platform/store/store.ts'

const mostOfAll = 1000
const mostOfOne = 500
/** What requests at the same moment may have made beyond that. */
const margin = 100

async function listReplies({ store, user }: Context) {
  const of = (ownerId: string | null) =>
    store.cannedReplies.find({ where: { ownerId }, sort: ['shortcut', 'asc'], limit: mostOfAll + margin })
  const [shared, own] = await Promise.all([of(null), user ? of(user.id) : []])
  const all = [...shared, ...own].sort((a, b) => (a.shortcut < b.shortcut ? -1 : 1))
  return { cannedReplies: all.map(present) }
}

async function createReply(context: Context, { scope, ...fields }: Parsed<typeof routes.create>['body']) {
  const { store, user } = context
  const ownerId = scope === 'personal' && user ? user.id : null
  refuseStranger(context, ownerId)
  await requireRoom(store.cannedReplies, { ownerId }, ownerId ? mostOfOne : mostOfAll, 'canned_reply.too_many')
  await checkFile(context, fields.mediaId)
  const reply = await store.cannedReplies.insert({ ...fields, ownerId }).catch(refuseTakenShortcut)
  tell(context, ownerId)
  return present(reply)
}

async function updateReply(context: Context, id: string, change: Parsed<typeof routes.update>['body']) {
  const { ownerId } = await getReply(context, id)
  refuseStranger(context, ownerId)
  await checkFile(context, change.mediaId)
  const reply = await context.store.cannedReplies.update(id, change).catch(refuseTakenShortcut)
  if (!reply) throw new AppError('canned_reply.not_found')
  tell(context, ownerId)
  return present(reply)
}

async function removeReply(context: Context, id: string): Promise<void> {
  const { ownerId } = await getReply(context, id)
  refuseStranger(context, ownerId)
  if (!(await context.store.cannedReplies.remove(id))) throw new AppError('canned_reply.not_found')
  tell(context, ownerId)
}

/** That somebody else has a personal one is nobody's business. */
async function getReply({ store, user }: Context, id: string): Promise<CannedReply> {
  const reply = await store.cannedReplies.get(id)
  if (!reply || (reply.ownerId && reply.ownerId !== user?.id)) throw new AppError('canned_reply.not_found')
  return reply
}

function refuseStranger({ user }: Context, ownerId: string | null): void {
  if (ownerId === null && user?.role === 'agent') throw new AppError('canned_reply.not_yours')
}

async function checkFile({ store }: Context, mediaId: string | null | undefined): Promise<void> {
  if (mediaId && !(await store.media.get(mediaId))) throw new AppError('media.not_found')
}

function refuseTakenShortcut(error: unknown): never {
  throw error instanceof DuplicateKey ? new AppError('canned_reply.shortcut_taken', { cause: error }) : error
}

const tell = ({ notify }: Context, ownerId: string | null) =>
  notify({ name: 'canned-replies:changed', payload: {}, ...(ownerId ? { to: ownerId } : {}) })

const present = ({ ownerId, ...reply }: CannedReply) => ({
  ...reply,
  scope: ownerId ? ('personal' as const) : ('workspace' as const),
})

export const cannedReplies = implement(routes, {
  list: listReplies,
  create: (context, { body }) => createReply(context, body),
  update: (context, { params, body }) => updateReply(context, params.cannedReplyId, body),
  async remove(context, { params }) {
    await removeReply(context, params.cannedReplyId)
    return {}
  },
})
