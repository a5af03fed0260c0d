import { expect, test } from 'vitest'
import { isOnlyEmoji, parseBlocks, parseInline, type Inline } from './text-format.ts'

/** The tree as one line: **bold**, //italic//, --strike--, [code], <href>. */
const line = (nodes: Inline[]): string =>
  nodes
    .map((node) => {
      if (node.kind === 'text') return node.text
      if (node.kind === 'code') return `[${node.text}]`
      if (node.kind === 'link') return `<${node.href}>`
      const mark = { bold: '**', italic: '//', strike: '--' }[node.kind]
      return mark + line(node.children) + mark
    })
    .join('')

const inline = (text: string) => line(parseInline(text))

test.each([
  ['*bold* _italic_ ~gone~', '**bold** //italic// --gone--'],
  ['*_both_*', '**//both//**'],
  ['a *b c* d', 'a **b c** d'],
  ['**twice**', '***twice***'],
  ['(*bold*)', '(**bold**)'],
  ['*مهم* جدا', '**مهم** جدا'],
  ['*olá, São Paulo*!', '**olá, São Paulo**!'],
])('marks that touch their words format them: %s', (text, expected) => expect(inline(text)).toBe(expected))

test.each([
  '2 * 3 * 4',
  'snake_case_name',
  '* not bold*',
  '*not bold *',
  '**',
  '*',
  'a*b*c',
  '*open',
  '~~',
  'file_a.txt_b',
])('marks inside words, around spaces or without an end stay as they are: %s', (text) =>
  expect(inline(text)).toBe(text),
)

test('nothing inside code is formatted', () => expect(inline('`*a*` and ```_b_```')).toBe('[*a*] and [_b_]'))

test.each([
  ['see https://a.example/x_y_z.', 'see <https://a.example/x_y_z>.'],
  ['(https://a.example/b)', '(<https://a.example/b>)'],
  ['https://a.example/b_(c)', '<https://a.example/b_(c)>'],
  ['www.example.com!', '<https://www.example.com/>!'],
  ['*https://a.example*', '**<https://a.example/>**'],
  ['mail ana@example.com now', 'mail <mailto:ana@example.com> now'],
  ['call +55 11 98765-4321', 'call <tel:+5511987654321>'],
  ['tel:+5511987654321', '<tel:+5511987654321>'],
])('addresses become links without the punctuation of the sentence: %s', (text, expected) =>
  expect(inline(text)).toBe(expected),
)

test.each([
  'javascript:alert(1)',
  'data:text/html,x',
  'file:///etc/passwd',
  'order 5511987654321',
  'vbscript:x',
  '<b>x</b>',
])('nothing else becomes a link: %s', (text) => expect(inline(text)).toBe(text))

test('a message is read into quotes, lists, code and text', () => {
  expect(
    parseBlocks('Hi\nyou\n> said\n> so\n- milk\n- *eggs*\n1. one\n2. two\n```\ncode *x*\n```\nbye').map(
      (block) => block.kind,
    ),
  ).toEqual(['text', 'quote', 'list', 'list', 'mono', 'text'])
})

test('a fence over several lines is kept as it is, without its first and last line break', () => {
  expect(parseBlocks('```\na\n  b\n```')).toEqual([{ kind: 'mono', text: 'a\n  b' }])
})

test('a list that counts on from another number keeps it', () => {
  expect(parseBlocks('3. three\n4. four')).toMatchObject([{ kind: 'list', start: 3, items: [{}, {}] }])
})

test('empty lines are kept', () => expect(parseBlocks('a\n\nb')).toHaveLength(1))

test('a hostile text is read in a moment', () => {
  const started = performance.now()
  for (const text of [
    '*a '.repeat(2000),
    '_*~'.repeat(1400),
    '`'.repeat(4096),
    '> '.repeat(2000),
    'a@'.repeat(2000),
    '+1 '.repeat(1365),
  ])
    parseBlocks(text)
  expect(performance.now() - started).toBeLessThan(1500)
})

test('up to three emoji alone are large, digits and words are not', () => {
  expect(['👍', '👨‍👩‍👧‍👦', '🇧🇷 ❤️', '👋🏽👋🏽👋🏽'].map(isOnlyEmoji)).toEqual([true, true, true, true])
  expect(['1', '12', '# *', '👍👍👍👍', 'ok 👍', ''].map(isOnlyEmoji)).toEqual([
    false,
    false,
    false,
    false,
    false,
    false,
  ])
})

// Each of these took up to a minute once: a customer could have kept the browsers of a whole shop busy with one message.
const longest = 65_536
const repeated = (unit: string) => unit.repeat(Math.ceil(longest / unit.length)).slice(0, longest)
test.each([
  ['*a ', '*a', '*_~a ', '*_~', '`', '```', '```a\n', 'https://[', '+1 1', 'a@a.', '> a\n', '* a\n', 'a*b* '],
  [' ', '@a', '+', 'www.', '👩‍👩‍👧‍👦', '1️⃣', '🇧', '😀 '],
])('letters like %j until WhatsApp takes no more are read in a moment', (...units) => {
  const texts = units.flatMap((unit) => [repeated(unit), `*${repeated(unit)}`, `\`\`\`${repeated(unit)}\n\n`])
  for (const text of [...texts, `https://a${repeated(')')}`]) {
    const started = performance.now()
    parseBlocks(text)
    isOnlyEmoji(text)
    expect(performance.now() - started).toBeLessThan(3000)
  }
})

test.each([
  ['https://shop.example/\u202egpj.exe', '<https://shop.example/>\u202egpj.exe'],
  ['see https://a.example\u2066/x', 'see <https://a.example/>\u2066/x'],
  ['mailto:a@b.example?bcc=c@d.example', '<mailto:a@b.example>?bcc=<mailto:c@d.example>'],
])('a link ends before what would make it say something else: %j', (text, expected) => {
  expect(inline(text)).toBe(expected)
})
