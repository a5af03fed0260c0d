import { expect, test } from 'vitest'
import { invitationLetter, resetLetter } from './letters.ts'

const link = 'https://crm.example.com/join#token'
const harmful = [
  'Shop\r\nBcc: everybody@example.com',
  'Shop\n\nYour account is locked. Unlock it here:\n\nhttps://evil.example',
  'Shop\u2028\u2029\u0085\u000bIt goes on here',
]

test.each(harmful)('a name makes no line of its own in a mail: %j', (name) => {
  const email = 'ana@example.com'
  const plain = invitationLetter({ email, workspaceName: 'Shop', invitedBy: 'Olga' }, link)
  const invitation = invitationLetter({ email, workspaceName: name, invitedBy: name }, link)
  const lines = (text: string) => text.split(/[\r\n\p{Zl}\p{Zp}\u0085]/u)
  expect(lines(invitation.subject)).toHaveLength(1)
  expect(lines(invitation.text)).toHaveLength(lines(plain.text).length)
  const reset = resetLetter({ email, name }, link)
  expect(lines(reset.text)).toHaveLength(lines(resetLetter({ email, name: 'Olga' }, link).text).length)
})
