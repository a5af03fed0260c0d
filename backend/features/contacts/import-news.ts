import type { Context } from '../../feature.ts'
import type { ContactImport } from '../../model/index.ts'
import { tellWatchers } from '../team/starters.ts'

export type ImportWork = Context & { flush: () => void }

/** At once, while the work goes on. */
export async function tellImport(context: ImportWork, one: ContactImport): Promise<void> {
  await announceImport(context, one)
  context.flush()
}

/** How it goes on, to whoever may see the import; that there are other contacts now, to everybody. */
export async function announceImport(context: Context, one: ContactImport): Promise<void> {
  await tellWatchers(context, one.userId, { name: 'contacts:import', payload: { import: one } })
  context.notify({ name: 'contacts:changed', payload: {} })
}
