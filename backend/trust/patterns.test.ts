import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Script } from 'node:vm'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { sourceFiles } from './source-files.ts'

/*
 * Nobody but us writes patterns, and what they read may have been written by anybody: each is tried with texts that make
 * careless ones go back and forth. What takes much longer for a text twice as long would stop the server for everybody.
 */
const length = 10_000
const patienceMs = 50
const units = [
  ...'aA01é \t\n\r-_.,;:/\\"\'()[]{}<>=+*@#%&!?~`|$^\u0301\u200e',
  ...'a1|a |. | .|{{|{{a|}}|**|*a|_a|```|a@|a.|+1 |() |😀|0.|;a=|,"|http://|https://a.|www.|&amp;|a-|-a'.split('|'),
  ...'=1;| ::: |1,|\r\n|EAA|token=|bearer '.split('|'),
]
const textsOf = (unit: string, size: number) => {
  const long = unit.repeat(Math.ceil(size / unit.length))
  return [long, `${long}\u0000`, `a${long}!`]
}

/** What they read begins as they say: the words of strangers come behind that. */
const anchored: { [place: string]: string } = {
  // Of the database: `Key (…)=(` is at the beginning of its sentence.
  'backend/platform/store/postgres/errors.ts': '\\(([^)]*)\\)=\\(',
}

type Found = { place: string; source: string; flags: string }

function patternsIn(path: string, root: string): Found[] {
  const text = readFileSync(join(root, path), 'utf8')
  const script = path.endsWith('.vue') ? (/<script[^>]*>([^]*?)<\/script>/.exec(text)?.[1] ?? '') : text
  const file = ts.createSourceFile(path, script, ts.ScriptTarget.Latest, true)
  const found: Found[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/')
      // Every start of a search counts, so one that finds all is the same as one that finds none.
      found.push({ place: path, source: node.text.slice(1, end), flags: node.text.slice(end + 1).replace(/[gy]/g, '') })
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

const walk = new Script(`for (const text of texts) {
  const began = now()
  pattern.test(text)
  worst = Math.max(worst, now() - began)
}
worst`)
const now = () => performance.now()

/** A pattern that never ends is interrupted. */
function timeOf(pattern: RegExp, texts: readonly string[]): number {
  try {
    return Number(walk.runInNewContext({ texts, pattern, now, worst: 0 }, { timeout: 5000 }))
  } catch {
    return 5000
  }
}

/**
 * The text that takes a pattern more than its share of time when it is four times as long: sixteen times is the way of those that
 * go back and forth. The best of some tries counts, since the machine does other things as well.
 */
function findSlow({ source, flags }: Found): string | undefined {
  const pattern = new RegExp(source, flags)
  if (
    timeOf(
      pattern,
      units.flatMap((unit) => textsOf(unit, length)),
    ) <= patienceMs
  )
    return undefined
  return units.find((unit) => {
    const best = (size: number) => Math.min(...[1, 2, 3].map(() => timeOf(pattern, textsOf(unit, size))))
    const short = best(length)
    return short > 20 * patienceMs || (short > patienceMs / 4 && best(4 * length) > 8 * short)
  })
}

test('no pattern of ours takes long for any text', { timeout: 300_000 }, () => {
  const root = join(import.meta.dirname, '../..')
  const patterns = sourceFiles(root).flatMap((path) => patternsIn(path, root))
  expect(patterns.length).toBeGreaterThan(200)
  const slow = patterns
    .filter(({ place, source }) => anchored[place] !== source)
    .map((found) => ({ ...found, unit: findSlow(found) }))
    .filter(({ unit }) => unit !== undefined)
    .map(({ place, source, unit }) => `${place}: /${source}/ is slow for ${JSON.stringify(unit)} again and again`)
  expect(slow).toEqual([])
})

test('a careless pattern would be found', { timeout: 120_000 }, () => {
  expect(findSlow({ place: '', source: '\\s+$', flags: '' })).toBe(' ')
})
