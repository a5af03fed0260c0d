import { expect, test } from 'vitest'
import { displayNameOf } from './identity.ts'

const named = (name: string | null, profileName: string | null = null) =>
  displayNameOf({ name, profileName, username: null, phone: '+5511987654321' })

test.each([
  ['Ana\u202egpj.exe', 'Ana gpj.exe'],
  ['Ana\n\nYou closed the chat', 'Ana You closed the chat'],
  ['\u2067Ana\u2069', 'Ana'],
  ['Ana\u0007 Silva', 'Ana Silva'],
  ['سارة 🌷', 'سارة 🌷'],
  ['\u200fשרה', '\u200fשרה'],
])('a customer who is called %j is shown as %j', (name, shown) => {
  expect(named(null, name)).toBe(shown)
  expect(named(name)).toBe(shown)
})

test('a name of nothing that can be seen is none', () => {
  expect(named('\u202e\u2069', '\u0000\n')).toBe('+5511987654321')
})
