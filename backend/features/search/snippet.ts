import { foldText } from '../../platform/store/store.ts'

export type Snippet = { snippet: string; marks: [number, number][] }

const longest = 180
const lead = 40
const mostMarks = 20

/** The part of a text where the searched words are, and where they stand in it. */
export function snippetOf(text: string, words: readonly string[]): Snippet {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  const found = rangesOf(line, words)
  const start = startOf(line, found[0]?.[0] ?? 0)
  const end = Math.min(line.length, start + longest)
  const before = start > 0 ? '…' : ''
  const after = end < line.length ? '…' : ''
  const shift = before.length - start
  return {
    snippet: (before + line.slice(start, end) + after).toWellFormed(),
    marks: found
      .filter(([from, to]) => from >= start && to <= end)
      .slice(0, mostMarks)
      .map(([from, to]) => [from + shift, to + shift]),
  }
}

/** At the beginning of a word, a little before the first one that was searched. */
function startOf(line: string, first: number): number {
  if (first <= lead) return 0
  const space = line.indexOf(' ', first - lead)
  return space === -1 || space >= first ? first : space + 1
}

function rangesOf(line: string, words: readonly string[]): [number, number][] {
  const { folded, places } = foldWithPlaces(line)
  const ranges: [number, number][] = []
  for (const word of words) {
    for (let at = folded.indexOf(word); at !== -1; at = folded.indexOf(word, at + word.length)) {
      ranges.push([places[at]!, places[at + word.length]!])
      if (ranges.length > 200) break
    }
  }
  return merge(ranges.filter(([from, to]) => to > from).sort((a, b) => a[0] - b[0]))
}

function merge(ranges: readonly [number, number][]): [number, number][] {
  const merged: [number, number][] = []
  for (const [from, to] of ranges) {
    const last = merged.at(-1)
    if (last && from <= last[1]) last[1] = Math.max(last[1], to)
    else merged.push([from, to])
  }
  return merged
}

/** Folding changes the length of a text, so each folded letter remembers where it came from. */
function foldWithPlaces(line: string): { folded: string; places: number[] } {
  let folded = ''
  const places: number[] = []
  let at = 0
  for (const letter of line) {
    for (const unit of foldText([letter]).split('')) {
      folded += unit
      places.push(at)
    }
    at += letter.length
  }
  places.push(line.length)
  return { folded, places }
}
