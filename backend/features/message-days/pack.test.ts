import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { packFigures, unpackFigures } from './pack.ts'

const name = fc.constantFrom('cha_1', 'cha_2', 'usr_1', 'Zoë "Z"')
const count = fc.nat(100_000)
const cell = fc.record({
  direction: fc.constantFrom('inbound' as const, 'outbound' as const),
  status: fc.constantFrom('received' as const, 'read' as const, 'failed' as const),
  channelId: name,
  userId: fc.option(name),
  source: fc.constantFrom('contact' as const, 'user' as const),
  category: fc.option(name),
  billable: fc.boolean(),
  count,
})
const figures = fc.record({
  cells: fc.array(cell, { maxLength: 20 }),
  hours: fc.array(fc.record({ hour: fc.nat(23), received: count, sent: count }), { maxLength: 24 }),
  waits: fc.array(
    fc.record({ channelId: name, userId: fc.option(name), first: fc.boolean(), seconds: fc.array(count) }),
    { maxLength: 10 },
  ),
})

test('the figures of a day come out of their text as they went in', () => {
  fc.assert(
    fc.property(figures, (day) => {
      expect(unpackFigures(packFigures(day))).toEqual(day)
    }),
  )
})
