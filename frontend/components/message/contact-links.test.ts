import { expect, test } from 'vitest'
import { mailLink, phoneLink } from './contact-links.ts'

test('a number on a contact card is called', () => {
  expect(phoneLink('+55 (11) 98765-4321')).toBe('tel:+5511987654321')
  expect(phoneLink('030/123456')).toBe('tel:030123456')
})

test.each(['*#06#', '*2767*3855#', '+49170;postd=1', '123,,456', 'javascript:alert(1)', '', undefined])(
  '%j is no number to call',
  (phone) => expect(phoneLink(phone)).toBeUndefined(),
)

test('an address on a contact card is written to', () => {
  expect(mailLink('ana.b+shop@example.com')).toBe('mailto:ana.b+shop@example.com')
})

test.each(['a@b.example?bcc=x@evil.example&body=hi', 'a@b.example,x@evil.example', 'a b@c.example', '', undefined])(
  '%j is no address to write to',
  (email) => expect(mailLink(email)).toBeUndefined(),
)
