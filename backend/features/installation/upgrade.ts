import type { AppStore, SystemStore } from '../../model/index.ts'
import type { Collection } from '../../platform/store/store.ts'
import { DataTooNew } from '../../platform/store/store.ts'

type Deps = {
  store: Pick<AppStore, 'system' | 'driver'>
  version: number
  /** Columns that must not be empty, by the name of the collection, and what new documents get there. */
  defaults: ReadonlyMap<string, ReadonlyMap<string, () => unknown>>
  log: { info(message: string): void }
}

const id = 'installation'

/**
 * Brings data of an older version up to date, and refuses that of a newer one. PostgreSQL has its migrations for the shape
 * of tables; in the JSON store, documents from before a column existed get what the column starts with.
 */
export async function bringUpToDate({ store, version, defaults, log }: Deps): Promise<void> {
  const { system, driver } = store
  const known = await system.installations.get(id)
  if (!known || known.version === version) return
  if (known.version > version)
    throw new DataTooNew(
      `This data was written by a newer version of Parley (data version ${known.version}, this one knows ${version}). Start that version, or restore a backup that this one made.`,
    )
  log.info(`Bringing the data from version ${known.version} to ${version}`)
  if (driver.kind === 'json') await fillDefaults(system, defaults)
  // Last, so that a start that was cut off does it all again.
  await system.installations.update(id, { version })
}

async function fillDefaults(system: SystemStore, defaults: Deps['defaults']): Promise<void> {
  const collections = system as unknown as {
    [name: string]: Collection<{ id: string; [field: string]: unknown }, object>
  }
  for (const [name, columns] of defaults)
    for (const [field, value] of columns) await collections[name]!.updateWhere({ [field]: null }, { [field]: value() })
}
