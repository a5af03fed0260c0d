import { expect, test } from 'vitest'
import { statusRank } from '../../contract/messages.ts'
import type { Message } from '../../model/index.ts'
import type { IncomingStatus } from '../../platform/channel/channel.ts'
import { foldStatuses } from './statuses.ts'

const at = (second: number) => `2026-11-21T12:00:0${second}.000Z`
const steps = ['sent', 'delivered', 'read'].map((status, second) => ({ status, at: at(second) }) as IncomingStatus)
const accepted = {
  status: 'accepted',
  rank: statusRank.accepted,
  statusHistory: [],
  error: null,
  pricing: null,
  providerMessageId: 'wamid.1',
} as unknown as Message

const orders = steps.flatMap((first) =>
  steps.flatMap((second) =>
    steps.flatMap((third) => (new Set([first, second, third]).size === 3 ? [[first, second, third]] : [])),
  ),
)

test.each(orders.map((order) => [order.map(({ status }) => status).join(', '), order] as const))(
  'a status only rises, and the history is in its true order: %s',
  (_, order) => {
    const together = foldStatuses(accepted, order)
    let message = accepted
    for (const status of order) message = { ...message, ...foldStatuses(message, [status]) }
    for (const { status, rank, statusHistory } of [together!, message]) {
      expect([status, rank]).toEqual(['read', statusRank.read])
      expect(statusHistory!.map((step) => step.status)).toEqual(['sent', 'delivered', 'read'])
    }
  },
)
