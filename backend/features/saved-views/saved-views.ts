import { savedViews as routes } from '../../contract/saved-views.ts'
import type { Parsed } from '../../contract/route.ts'
import { AppError } from '../../errors.ts'
import { implement, type Context } from '../../feature.ts'
import type { SavedView } from '../../model/index.ts'
import { requireRoom } from '../room.ts'
import { DuplicateKey } from '../../platform/store/store.ts'

/** Of one person, and of the shared ones of everybody. The list shows all of them at once. */
const most = 200
/** What requests at the same moment may have made beyond that. */
const margin = 100

async function listViews(context: Context) {
  const { store } = context
  const [shared, own] = await Promise.all([
    store.savedViews.find({ where: { shared: true }, sort: ['name', 'asc'], limit: most + margin }),
    store.savedViews.find({ where: { ownerId: personOf(context) }, sort: ['name', 'asc'], limit: most + margin }),
  ])
  const all = new Map([...shared, ...own].map((view) => [view.id, view]))
  return { savedViews: [...all.values()].sort((a, b) => (a.name < b.name ? -1 : 1)) }
}

async function createView(context: Context, input: Parsed<typeof routes.create>['body']) {
  const { savedViews } = context.store
  const ownerId = personOf(context)
  await requireRoom(savedViews, { ownerId }, most, 'saved_view.too_many')
  if (input.shared) await requireRoom(savedViews, { shared: true }, most, 'saved_view.too_many')
  const view = await savedViews.insert({ ...input, ownerId }).catch(refuseTakenName)
  context.notify({ name: 'saved-views:changed', payload: {} })
  return view
}

async function updateView(context: Context, id: string, change: Parsed<typeof routes.update>['body']) {
  const { shared } = await getOwnView(context, id)
  if (change.shared && !shared)
    await requireRoom(context.store.savedViews, { shared: true }, most, 'saved_view.too_many')
  const view = await context.store.savedViews.update(id, change).catch(refuseTakenName)
  if (!view) throw new AppError('saved_view.not_found')
  context.notify({ name: 'saved-views:changed', payload: {} })
  return view
}

async function removeView(context: Context, id: string): Promise<void> {
  await getOwnView(context, id)
  if (!(await context.store.savedViews.remove(id))) throw new AppError('saved_view.not_found')
  context.notify({ name: 'saved-views:changed', payload: {} })
}

/** One's own, or as an admin one that everybody sees. */
async function getOwnView({ store, user }: Context, id: string): Promise<SavedView> {
  const view = await store.savedViews.get(id)
  const visible = view && (view.shared || view.ownerId === user?.id)
  if (!visible) throw new AppError('saved_view.not_found')
  if (view.ownerId !== user?.id && user?.role === 'agent') throw new AppError('auth.forbidden')
  return view
}

function personOf({ user }: Context): string {
  if (!user) throw new AppError('auth.forbidden')
  return user.id
}

function refuseTakenName(error: unknown): never {
  throw error instanceof DuplicateKey ? new AppError('saved_view.name_taken', { cause: error }) : error
}

export const savedViews = implement(routes, {
  list: listViews,
  create: (context, { body }) => createView(context, body),
  update: (context, { params, body }) => updateView(context, params.savedViewId, body),
  async remove(context, { params }) {
    await removeView(context, params.savedViewId)
    return {}
  },
})
