import type { Change } from './memory/changes.ts'
import type { Table } from './memory/table.ts'

/** `[collection, id, document or null if it is gone]`, as it stands in the journal. */
export type Entry = [collection: string, id: string, document: { id: string } | null]

/** A transaction that changes much goes on several lines of one frame, so that no string gets long. */
const mostText = 2 ** 20

/** A transaction as lines of the journal: what each document it touched has become. */
export function encodeCommit(changes: readonly Change[]): string[] {
  const lines: string[] = []
  let entries: string[] = []
  let length = 0
  for (const change of lastOfEach(changes)) {
    const entry = encodeEntry(change)
    entries.push(entry)
    length += entry.length
    if (length > mostText) endLine()
  }
  if (entries.length > 0) endLine()
  return lines

  function endLine() {
    lines.push(`[${entries.join(',')}]\n`)
    entries = []
    length = 0
  }
}

function lastOfEach(changes: readonly Change[]): Iterable<Change> {
  if (changes.length <= 1) return changes
  const documents = new Map<Table, Map<string, Change>>()
  for (const { table, before, after } of changes) {
    let changed = documents.get(table)
    if (!changed) documents.set(table, (changed = new Map()))
    const id = (after ?? before)!.id
    changed.set(id, { table, before: changed.has(id) ? changed.get(id)!.before : before, after })
  }
  // What was made and removed again leaves no trace.
  return [...documents.values()].flatMap((changed) =>
    [...changed.values()].filter(({ before, after }) => before ?? after),
  )
}

function encodeEntry({ table, before, after }: Change): string {
  const id = (after ?? before)!.id
  return `[${JSON.stringify(table.spec.name)},${JSON.stringify(id)},${after ? JSON.stringify(after) : 'null'}]`
}
