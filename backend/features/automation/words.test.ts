import { expect, test } from 'vitest'
import { fillWords } from './words.ts'

const ana = { displayName: 'Ana Silva', phone: '+5511987654321', fields: { size: 'M', '2nd': null } }

test('words of a customer and of their fields are filled in', () => {
  expect(fillWords('{{first_name}} {{ name }} {{phone}} {{size}} {{field.size}}', ana)).toBe(
    'Ana Ana Silva +5511987654321 M M',
  )
})

test.each(['{{shoe}}', '{{2nd}}', '{{constructor}}', '{{fields.constructor}}', '{{toString}}', '{{__proto__}}'])(
  'a word that says nothing stays as it is: %s',
  (text) => expect(fillWords(text, ana)).toBe(text),
)
