import type { Context } from '../../feature.ts'
import type { ContactImport } from '../../model/index.ts'

export type ImportWork = Context & { flush: () => void }

/** At once, while the work goes on. */
export async function tellImport(context: ImportWork, one: ContactImport): Promise<void> {
  await announceImport(context, one)
  context.flush()
}

/** How it goes on, to whoever may see the import; that there are other contacts now, to everybody. */
export async function announceImport({ store, notify }: Context, one: ContactImport): Promise<void> {
  const admins = await store.users.find({ where: { role: { in: ['owner', 'admin'] }, disabledAt: null }, limit: 1000 })
  for (const to of new Set([...admins.map(({ id }) => id), ...(one.userId ? [one.userId] : [])]))
    notify({ name: 'contacts:import', payload: { import: one }, to })
  notify({ name: 'contacts:changed', payload: {} })
}
