import { expect, test } from 'vitest'
import type { LastMessage } from '../../contract/conversations.ts'
import { isSilent } from './examine.ts'

const at = (time: string) => `2026-11-21T${time}:00.000Z`
const now = new Date(at('12:00'))
const sent = (time: string, status: LastMessage['status'] = 'accepted'): LastMessage => ({
  id: 'msg_1',
  type: 'text',
  direction: 'outbound',
  status,
  preview: 'Hello',
  sentAt: at(time),
})

test.each([
  ['nothing was ever heard', null, null, false],
  ['it was heard today', at('08:00'), null, false],
  ['it was heard three days ago', '2026-11-18T11:59:00.000Z', null, true],
  ['what was sent two hours ago has no tick', at('08:00'), sent('10:00'), true],
  ['what was sent two hours ago was delivered', at('08:00'), sent('10:00', 'delivered'), false],
  ['what was sent a moment ago has no tick yet', at('08:00'), sent('11:30'), false],
  ['it was heard after what has no tick', at('10:30'), sent('10:00'), false],
] as const)('silence: %s', (_, webhookSeenAt, last, silent) => {
  expect(isSilent({ webhookSeenAt }, last, now)).toBe(silent)
})
