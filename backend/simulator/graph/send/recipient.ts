import { GraphError, invalidValue, missingParameter } from '../../errors/graph-error.ts'
import { ensureCustomer } from '../../world/customers.ts'
import { type Customer, digitsOf, type World } from '../../world/world.ts'
import type { Param } from '../param.ts'

export interface Recipient {
  customer: Customer
  /** As given: Meta repeats it in the answer. */
  input: string
  sentToPhone: boolean
  groupId?: string
}

const USER_ID = /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/

/** `to` is a phone number (or a group), `recipient` a business-scoped user id; when both are given, `to` wins. */
export function readRecipient(world: World, body: Param): Recipient {
  const kind = body.get('recipient_type').exists()
    ? body.get('recipient_type').oneOf(['individual', 'group'])
    : 'individual'
  const to = body.get('to')
  if (to.exists() && to.value !== '') {
    const input = typeof to.value === 'number' ? String(to.value) : to.text(200)
    return kind === 'group' ? groupRecipient(world, input) : phoneRecipient(world, input)
  }
  const recipient = body.get('recipient')
  if (!recipient.exists()) throw missingParameter('to')
  const input = recipient.text(160)
  if (!USER_ID.test(input)) throw invalidValue('recipient: not a valid business-scoped user id')
  const customer =
    [...world.customers.values()].find((one) => one.parentUserId === input) ?? ensureCustomer(world, input)
  return { customer, input, sentToPhone: false }
}

function phoneRecipient(world: World, input: string): Recipient {
  const digits = digitsOf(input)
  if (!/^[+\d\s().-]+$/.test(input) || digits.length < 5 || digits.length > 17) {
    throw new GraphError(131009, { details: 'to: not a valid phone number' })
  }
  return { customer: ensureCustomer(world, digits), input, sentToPhone: true }
}

/** A group's statuses are told per participant; we follow the first who wrote in it. */
function groupRecipient(world: World, groupId: string): Recipient {
  const [first] = world.groups.get(groupId) ?? []
  const customer = first === undefined ? undefined : world.customers.get(first)
  if (!customer) throw new GraphError(131041)
  return { customer, input: groupId, sentToPhone: true, groupId }
}
