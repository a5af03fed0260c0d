/** Capitals, accents and punctuation do not matter. */
export function wordsOf(text: string): string[] {
  const plain = text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()
  return plain.split(/[^\p{L}\p{N}]+/u).filter(Boolean)
}

/** Short words must be right: "no" is not "on". */
const mistakesIn = (word: string) => (word.length < 4 ? 0 : word.length < 8 ? 1 : 2)

/** Whether the words stand in the text next to each other, give or take a letter or two in each. */
export function saysAlmost(text: readonly string[], wanted: readonly string[]): boolean {
  if (wanted.length === 0) return false
  return text.some((_, start) =>
    wanted.every((word, index) => {
      const said = text[start + index]
      return said !== undefined && isAlmost(said, word)
    }),
  )
}

function isAlmost(said: string, word: string): boolean {
  const allowed = mistakesIn(word)
  return Math.abs(said.length - word.length) <= allowed && distance(said, word) <= allowed
}

/** Letters that are wrong, missing, too many, or two that changed places. */
export function distance(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      const steps = [row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (same ? 0 : 1)]
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) steps.push(before[j - 2]! + 1)
      next.push(Math.min(...steps))
    }
    before = row
    row = next
  }
  return row[b.length]!
}
