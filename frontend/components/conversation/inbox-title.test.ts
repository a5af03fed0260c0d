import { expect, test } from 'vitest'
import { inboxTitle } from './inbox-title.ts'

test('the window says whose chat is open and how many wait', () => {
  expect(inboxTitle(0)).toBe('Inbox · Parley')
  expect(inboxTitle(3)).toBe('(3) Inbox · Parley')
  expect(inboxTitle(3, 'Ana')).toBe('(3) Ana · Parley')
})
