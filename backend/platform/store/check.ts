import { inOrderOfReferences, pagesOf } from './move.ts'
import type { Frozen } from './backup.ts'
import type { CollectionSpec, Document } from './port.ts'

/** Reads every document and says what cannot be right; answers how many problems there are. */
export async function checkStore(
  store: Pick<Frozen, 'find'>,
  specs: readonly CollectionSpec[],
  options: { say: (problem: string) => void; hasFile: (sha256: string) => Promise<boolean>; hashesOf: string },
): Promise<{ documents: number; problems: number }> {
  const counts = { documents: 0, problems: 0 }
  const complain = (text: string) => {
    counts.problems++
    options.say(text)
  }
  const ids = new Map<string, Set<string>>()
  const uniques = new Map<string, Set<string>>()
  for (const spec of inOrderOfReferences(specs)) {
    const own = new Set<string>()
    ids.set(spec.name, own)
    for await (const page of pagesOf(store, spec))
      for (const document of page) {
        counts.documents++
        own.add(document.id)
        for (const problem of [...problemsOf(spec, document, ids), ...repetitions(spec, document, uniques)])
          complain(`${spec.name} ${document.id}: ${problem}`)
        const { sha256 } = document
        if (spec.name === options.hashesOf && typeof sha256 === 'string' && !(await options.hasFile(sha256)))
          complain(`${spec.name} ${document.id}: its file ${sha256} is missing or damaged`)
      }
  }
  return counts
}

function* problemsOf(spec: CollectionSpec, document: Document, ids: ReadonlyMap<string, ReadonlySet<string>>) {
  for (const { name, required } of spec.columns)
    if (required && (document[name] === null || document[name] === undefined)) yield `${name} is missing`
  for (const { field, collection } of spec.references) {
    const target = document[field]
    // A reference to its own kind may name a document that comes later.
    if (typeof target === 'string' && collection !== spec.name && !ids.get(collection)?.has(target))
      yield `${field} names ${target}, which is not in ${collection}`
  }
}

function* repetitions(spec: CollectionSpec, document: Document, uniques: Map<string, Set<string>>) {
  for (const fields of spec.unique) {
    const values = fields.map((field) => document[field] ?? null)
    if (values.includes(null)) continue
    const kind = `${spec.name} ${fields.join()}`
    const seen = uniques.get(kind) ?? new Set()
    uniques.set(kind, seen)
    const key = JSON.stringify(values)
    if (seen.has(key)) yield `${fields.join(', ')} is there twice`
    seen.add(key)
  }
}
