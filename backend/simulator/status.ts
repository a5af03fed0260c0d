import { type About, numberOf, USUAL_CUSTOMER } from './emit.ts'
import type { StatusName } from './payloads/status.ts'
import type { Simulation } from './simulation.ts'
import { type SentMessage, publishStatus } from './webhooks/statuses.ts'
import { ensureCustomer } from './world/customers.ts'

export interface StatusOptions extends About {
  code?: number
  details?: string
  opaque?: string
  groupId?: string
}

/** A status by hand: for a message the simulator accepted, or for one it never saw (then about the usual customer). */
export function emitStatus(
  simulation: Simulation,
  wamid: string,
  status: StatusName,
  options: StatusOptions = {},
): void {
  const { world } = simulation
  const known = world.messages.get(wamid)
  const number = numberOf(simulation, { phoneNumberId: known?.phoneNumberId, ...options })
  const customer =
    (known && world.customers.get(known.customerId)) ?? ensureCustomer(world, options.from ?? USUAL_CUSTOMER)
  const sent: SentMessage = {
    wamid,
    number,
    customer,
    sentToPhone: known?.sentToPhone ?? true,
    type: known?.type ?? 'text',
    opaque: options.opaque ?? known?.opaque,
    groupId: options.groupId,
  }
  publishStatus(simulation, sent, status, {
    code: options.code ?? (status === 'failed' ? 131000 : undefined),
    details: options.details,
  })
}
