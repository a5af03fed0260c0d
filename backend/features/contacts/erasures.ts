import type { ContextFor } from '../../feature.ts'
import type { AppStore } from '../../model/index.ts'
import type { Ledger } from '../../platform/ledger.ts'
import { eraseContact, type EraseDeps } from './erase.ts'

/*
 * The ledger of erasures: the ids of erased contacts, which name nobody, in a file beside the data and in no backup of it.
 * Data from before an erasure, restored or copied, has the person again; whoever is in the ledger is erased again.
 */
export const ledgerFile = 'erasures.log'

const step = 500

type Deps = {
  store: Pick<AppStore, 'system' | 'workspace'>
  contextFor: ContextFor
  erase: EraseDeps
  ledger: Pick<Ledger, 'read'>
}

/** Before anything is served. Answers how many were there again. */
export async function keepErased(deps: Deps): Promise<number> {
  const known = await completeLedger(deps)
  let erased = 0
  for (let from = 0; from < known.length; from += step)
    for (const { id, workspaceId } of await deps.store.system.contacts.getMany(known.slice(from, from + step))) {
      const context = deps.contextFor(workspaceId)
      await eraseContact(context, deps.erase, id, { again: true })
      context.flush()
      erased++
    }
  return erased
}

/** Adds what a crash or a full disk kept out of it, as the audit log has it, and answers everybody in it. */
async function completeLedger({ store, ledger, erase }: Deps): Promise<string[]> {
  const known = (await ledger.read()) ?? new Set<string>()
  const missing = new Set<string>()
  for (const { id } of await store.system.workspaces.find({ limit: 10_000 }))
    for await (const erased of erasedIn(store.workspace(id)))
      for (const contactId of erased) if (!known.has(contactId)) missing.add(contactId)
  await erase.noteErased([...missing])
  return [...known, ...missing]
}

async function* erasedIn({ auditEntries }: ReturnType<AppStore['workspace']>): AsyncGenerator<string[]> {
  let after: { value: string; id: string } | undefined
  for (;;) {
    const page = await auditEntries.find({
      where: { action: 'contact.erased' },
      sort: ['createdAt', 'asc'],
      limit: step,
      ...(after ? { after } : {}),
    })
    if (page.length === 0) return
    for (const { subjectId, details } of page) yield [subjectId ?? '', ...idsOf(details['merged'])].filter(Boolean)
    after = { value: page.at(-1)!.createdAt, id: page.at(-1)!.id }
  }
}

const idsOf = (merged: unknown) => (typeof merged === 'string' ? merged.split(' ') : [])
