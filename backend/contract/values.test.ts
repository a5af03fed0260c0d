import { expect, test } from 'vitest'
import { Label } from './values.ts'

test.each(['Ana\nBob', 'Ana\r', 'A\u0000b', 'Ana\u2028Bob', 'Ana\tBob', '\u001b[31mAna'].map((text) => `x${text}x`))(
  'a name stands on one line: %j is refused',
  (text) => expect(Label.safeParse(text).success).toBe(false),
)

test.each(['Ana', ' Ana Sílva ', 'محمد', '美咲 🌸', '\u200eAna', 'Café “Zum Löwen” & Söhne'])('%j is a name', (text) =>
  expect(Label.parse(text)).toBe(text.trim()),
)
