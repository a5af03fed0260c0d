import type { StoreKind } from '../processes.ts'

export type Size = {
  contacts: number
  conversations: number
  messages: number
  notes: number
  leads: number
  deliveries: number
  runs: number
  audit: number
}

const million: Size = {
  contacts: 100_000,
  conversations: 50_000,
  messages: 1_000_000,
  notes: 100_000,
  leads: 20_000,
  deliveries: 100_000,
  runs: 50_000,
  audit: 30_000,
}

/** What each store is promised to carry: a large shop on PostgreSQL, a tenth of it in memory. */
export const sizes: Record<StoreKind, Size> = { postgres: million, json: divide(million, 10) }

/** `--quick` fills a tenth. */
export function divide(size: Size, by: number): Size {
  return Object.fromEntries(Object.entries(size).map(([name, count]) => [name, Math.ceil(count / by)])) as Size
}
