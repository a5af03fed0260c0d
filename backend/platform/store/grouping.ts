import type { Document, Group, GroupKey, GroupRow, Scalar } from './port.ts'
import { valueOf } from './semantics.ts'

/** What `group` means, for stores whose documents are in memory: one row per combination of keys, in no order. */
export function groupDocuments(documents: Iterable<Document>, { by, sum = [] }: Group): GroupRow[] {
  const readers = by.map(keyReader)
  const rows = new Map<string, GroupRow>()
  for (const document of documents) {
    for (const keys of combine(readers.map((read) => read(document)))) {
      const id = JSON.stringify(keys)
      let row = rows.get(id)
      if (!row) rows.set(id, (row = { keys, count: 0, sums: sum.map(() => 0) }))
      row.count++
      sum.forEach((field, index) => (row.sums[index]! += Number(valueOf(document, field) ?? 0)))
    }
  }
  return [...rows.values()]
}

/** One list of keys, or one for each text of an array among them. */
function combine(values: readonly (Scalar | readonly Scalar[])[]): Scalar[][] {
  let lists: Scalar[][] = [[]]
  for (const value of values) {
    if (typeof value === 'object' && value !== null)
      lists = value.flatMap((one: Scalar) => lists.map((list) => [...list, one]))
    else for (const list of lists) list.push(value)
  }
  return lists
}

function keyReader(key: GroupKey): (document: Document) => Scalar | readonly Scalar[] {
  if (typeof key === 'string') return (document) => valueOf(document, key)
  if ('member' in key)
    return (document) => textOf((document[key.field] as Record<string, unknown> | null)?.[key.member])
  if ('each' in key)
    return (document) => ((document[key.field] ?? []) as unknown[]).filter((item) => typeof item === 'string')
  const format = dateFormat(key.unit, key.timeZone)
  // Rows of one report share few hours, and formatting a date costs far more than looking one up.
  const known = new Map<string, string>()
  return (document) => {
    const instant = valueOf(document, key.field) as string | null
    if (instant === null) return null
    // Offsets of time zones are whole quarters of an hour, so instants of one quarter fall into the same unit.
    const quarter = `${instant.slice(0, 14)}${Math.floor(Number(instant.slice(14, 16)) / 15)}`
    let text = known.get(quarter)
    if (text === undefined) known.set(quarter, (text = format(new Date(instant))))
    return text
  }
}

/** As PostgreSQL's `->>` writes it. */
const textOf = (value: unknown): string | null => (value === undefined || value === null ? null : String(value))

/** `2026-11-21`, or `2026-11-21T14` for hours, as the clocks of the time zone show it. */
function dateFormat(unit: 'hour' | 'day' | 'month', timeZone: string): (at: Date) => string {
  const formatter = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    hourCycle: 'h23',
  })
  return (at) => {
    const parts = Object.fromEntries(formatter.formatToParts(at).map(({ type, value }) => [type, value]))
    const day = `${parts['year']}-${parts['month']}-${parts['day']}`
    if (unit === 'month') return day.slice(0, 7)
    return unit === 'day' ? day : `${day}T${parts['hour']}`
  }
}
