import { errorForWebhook } from '../errors/webhook-error.ts'
import { GraphError } from '../errors/graph-error.ts'
import { ensureCustomer } from '../world/customers.ts'
import type { Customer, PhoneNumber } from '../world/world.ts'
import type { Call } from './call.ts'
import { findNumber } from './find.ts'
import { requireProduct } from './messages.ts'
import { pageOf } from './paging.ts'
import { Param } from './param.ts'

const DAY = 86_400_000
const LIST_LIMIT = 64_000

/** Someone can be blocked only within 24 hours of writing. A mixed result is status 400 with both lists. */
export function blockUsers(call: Call, id: string): object {
  return changeList(
    call,
    id,
    (number, customer) => {
      const last = customer.lastInboundAt.get(number.id)
      if (last === undefined || call.simulation.clock.now() - last >= DAY) return 131047
      if (number.blocked.size >= LIST_LIMIT) return 139101
      number.blocked.add(customer.userId)
      return undefined
    },
    'added_users',
  )
}

export function unblockUsers(call: Call, id: string): object {
  return changeList(
    call,
    id,
    (number, customer) => {
      number.blocked.delete(customer.userId)
      return undefined
    },
    'removed_users',
  )
}

export function listBlocked(call: Call, id: string): object {
  const number = findNumber(call, id, 'whatsapp_business_messaging')
  const page = pageOf(
    call,
    [...number.blocked],
    (userId) => userId,
    (userId) => entryOf(call, userId),
  )
  return { data: [{ block_users: page.data }], ...(page.paging ? { paging: page.paging } : {}) }
}

function entryOf(call: Call, userId: string): object {
  const phone = call.simulation.world.customers.get(userId)?.phone
  return { messaging_product: 'whatsapp', ...(phone ? { wa_id: phone } : {}), user_id: userId }
}

class PartialBlock extends GraphError {
  readonly lists: object

  constructor(lists: object) {
    super(139100)
    this.lists = lists
  }

  override toBody(trace: string) {
    return { messaging_product: 'whatsapp', block_users: this.lists, ...super.toBody(trace) }
  }
}

function changeList(
  call: Call,
  id: string,
  change: (number: PhoneNumber, customer: Customer) => number | undefined,
  done: string,
): object {
  const number = findNumber(call, id, 'whatsapp_business_messaging')
  const body = new Param(call.params)
  requireProduct(body)
  const results = body
    .get('block_users')
    .list(1, 1000)
    .map((one) => {
      const input = (one.get('user').exists() ? one.get('user') : one.get('user_id')).text(160)
      const customer = ensureCustomer(call.simulation.world, input)
      const code = change(number, customer)
      const entry = customer.phone ? { input, wa_id: customer.phone } : { input, user_id: customer.userId }
      return code === undefined ? { entry } : { entry: { ...entry, errors: [errorForWebhook(code)] }, failed: true }
    })
  const good = results.filter((one) => !one.failed).map((one) => one.entry)
  const failed = results.filter((one) => one.failed).map((one) => one.entry)
  if (failed.length > 0) throw new PartialBlock({ [done]: good, failed_users: failed })
  return { messaging_product: 'whatsapp', block_users: { [done]: good } }
}
