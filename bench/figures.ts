export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** The middle of several runs by one figure; the whole run is answered, so that its figures belong together. */
export function medianBy<T>(runs: readonly T[], figure: (run: T) => number): T {
  return runs.toSorted((a, b) => figure(a) - figure(b))[Math.floor(runs.length / 2)]!
}

export type Goal = { text: string; met: boolean }
export type Row = { name: string; cells: (string | number)[] }
export type Section = { title: string; note?: string; columns: string[]; rows: Row[]; goals: Goal[] }

export function atLeast(text: string, value: number, limit: number): Goal {
  return { text: `${text}: ${format(value)} (goal ≥ ${format(limit)})`, met: value >= limit }
}

export function atMost(text: string, value: number, limit: number): Goal {
  return { text: `${text}: ${format(value)} (goal ≤ ${format(limit)})`, met: value <= limit }
}

export function format(value: number): string {
  if (!Number.isFinite(value)) return '–'
  return value >= 100
    ? Math.round(value).toLocaleString('en-US')
    : value >= 10
      ? value.toFixed(1)
      : value.toFixed(value < 1 ? 3 : 2)
}

export function renderSection({ title, note, columns, rows, goals }: Section): string {
  const cell = (value: string | number) => (typeof value === 'number' ? format(value) : value)
  return [
    `## ${title}`,
    '',
    ...(note ? [note, ''] : []),
    `| | ${columns.join(' | ')} |`,
    `|---|${columns.map(() => '---:').join('|')}|`,
    ...rows.map((row) => `| ${row.name} | ${row.cells.map(cell).join(' | ')} |`),
    '',
    ...goals.map(({ text, met }) => `- ${met ? '✓ held' : '✗ **missed**'} — ${text}`),
    '',
  ].join('\n')
}
