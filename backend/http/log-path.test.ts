import { expect, test } from 'vitest'
import { createPathReader } from './log-path.ts'

const read = createPathReader(['/contacts/:contactId', '/contacts/:contactId/export', '/contacts/by-tag'])

test.each([
  ['/api/contacts/con_0mwqzpz0m00x19fa16c2de03/export', '/api/contacts/con_0mwqzpz0m00x19fa16c2de03/export'],
  ['/api/contacts/by-tag', '/api/contacts/by-tag'],
  ['/api/contacts/Maria', '/api/contacts/•••'],
  ['/api/contacts/+4917012345612?search=Maria', '/api/contacts/•••'],
  ['/api/contacts?search=Maria', '/api/contacts'],
  ['/api/contacts/:contactId', '/api/contacts/:contactId'],
  ['/api/Maria/%00', '/api/•••/•••'],
  ['/inbox?search=Maria', '/inbox'],
  ['/wp-login.php', '/wp-login.php'],
])('%s stands in the log as %s', (url, path) => expect(read(url)).toBe(path))

test('a path without end has one in the log', () => {
  expect(read(`/${'a'.repeat(9000)}`)).toHaveLength(300)
})
