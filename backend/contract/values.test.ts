import { expect, test } from 'vitest'
import { Label } from './values.ts'

test.each([
  ['Ana\nBob', 'Ana Bob'],
  ['Ana\r\n', 'Ana'],
  ['Ana\u2028\u2029Bob', 'Ana Bob'],
  ['Ana\tBob', 'Ana Bob'],
  ['\u001b[31mAna', '[31mAna'],
])('a name stands on one line: %j', (text, line) => expect(Label.parse(text)).toBe(line))

test.each(['\n', '\u2028 \t', 'A\u0000b'])('%j is no name', (text) => expect(Label.safeParse(text).success).toBe(false))

test.each(['Ana', ' Ana Sílva ', 'محمد', '美咲 🌸', '\u200eAna', 'Café “Zum Löwen” & Söhne'])('%j is a name', (text) =>
  expect(Label.parse(text)).toBe(text.trim()),
)
