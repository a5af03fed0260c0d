import { expect, test } from 'vitest'
import type { Conversation } from '#contract/conversations.ts'
import { belongsTo, filterOfView, queryOfView, segmentOf, viewOfQuery } from './inbox-view.ts'

test('a segment is in the address, and shows the chats of its people in every state', () => {
  const view = viewOfQuery({ segment: 'seg_1' })
  expect(queryOfView(view)).toEqual({ segment: 'seg_1' })
  expect(filterOfView(view)).toEqual({ segment: 'seg_1' })
  expect(belongsTo(view, { status: 'closed', snoozedUntil: null, tags: [] } as unknown as Conversation, 'me', 0)).toBe(
    true,
  )
  expect([segmentOf(view), segmentOf({ ...view, search: 'ana' })]).toEqual(['seg_1', undefined])
  expect(segmentOf({ ...view, filter: { segment: 'seg_2' } })).toBe('seg_2')
})
