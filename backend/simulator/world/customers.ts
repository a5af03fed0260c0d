import { createHash } from 'node:crypto'
import type { Person } from '../payloads/person.ts'
import { type Customer, digitsOf, type World } from './world.ts'

export interface CustomerSpec {
  phone?: string
  userId?: string
  parentUserId?: string
  name?: string
  username?: string
  hidesPhone?: boolean
  identityHash?: string
  /** Other numbers that reach the same user: Brazil's ninth digit, Mexico's 1. Meta answers with the `phone`. */
  aliases?: string[]
}

const COUNTRIES: readonly (readonly [prefix: string, country: string])[] = [
  ['1', 'US'],
  ['20', 'EG'],
  ['27', 'ZA'],
  ['31', 'NL'],
  ['33', 'FR'],
  ['34', 'ES'],
  ['39', 'IT'],
  ['44', 'GB'],
  ['49', 'DE'],
  ['52', 'MX'],
  ['54', 'AR'],
  ['55', 'BR'],
  ['57', 'CO'],
  ['62', 'ID'],
  ['90', 'TR'],
  ['91', 'IN'],
  ['234', 'NG'],
  ['254', 'KE'],
]

/** The same person always gets the same id, so that two simulators agree about one phone number. */
export function userIdOf(phone: string): string {
  const country = COUNTRIES.findLast(([prefix]) => phone.startsWith(prefix))?.[1] ?? 'US'
  const hash = createHash('sha256').update(`user ${phone}`).digest('hex')
  return `${country}.${BigInt(`0x${hash.slice(0, 13)}`)
    .toString()
    .padStart(16, '1')}`
}

/** Gets a customer or makes one. A reference is a phone number in any spelling or a business-scoped user id. */
export function ensureCustomer(world: World, reference: string | CustomerSpec): Customer {
  const spec: CustomerSpec = typeof reference === 'string' ? specOf(reference) : reference
  const phone = spec.phone === undefined ? undefined : digitsOf(spec.phone)
  const known =
    (spec.userId && world.customers.get(spec.userId)) || (phone && world.customersByPhone.get(phone)) || undefined
  const customer = known ?? createCustomer(spec, phone)
  if (spec.name !== undefined) customer.name = spec.name
  if (spec.username !== undefined) customer.username = spec.username
  if (spec.hidesPhone !== undefined) customer.hidesPhone = spec.hidesPhone
  if (spec.parentUserId !== undefined) customer.parentUserId = spec.parentUserId
  if (spec.identityHash !== undefined) customer.identityHash = spec.identityHash
  if (!known) {
    world.customers.set(customer.userId, customer)
    if (phone) world.customersByPhone.set(phone, customer)
  }
  for (const alias of spec.aliases ?? []) world.customersByPhone.set(digitsOf(alias), customer)
  return customer
}

function specOf(reference: string): CustomerSpec {
  return /^[A-Z]{2}\./.test(reference) ? { userId: reference } : { phone: reference }
}

function createCustomer(spec: CustomerSpec, phone: string | undefined): Customer {
  return {
    userId: spec.userId ?? userIdOf(phone ?? spec.username ?? ''),
    phone,
    name: spec.name ?? (phone ? `Customer ${phone.slice(-4)}` : (spec.username ?? 'Customer')),
    hidesPhone: spec.hidesPhone ?? phone === undefined,
    stoppedMarketing: false,
    lastInboundAt: new Map(),
    freeEntry: new Map(),
  }
}

/** A number change regenerates the business-scoped user id, as Meta says it does. */
export function moveCustomerToPhone(world: World, customer: Customer, newPhone: string): { previousUserId: string } {
  const previousUserId = customer.userId
  const phone = digitsOf(newPhone)
  if (customer.phone) world.customersByPhone.delete(customer.phone)
  world.customers.delete(previousUserId)
  customer.phone = phone
  customer.userId = userIdOf(phone)
  world.customers.set(customer.userId, customer)
  world.customersByPhone.set(phone, customer)
  return { previousUserId }
}

/** What a webhook may tell about a customer. */
export function personOf(customer: Customer): Person {
  return {
    phone: customer.hidesPhone ? undefined : customer.phone,
    userId: customer.userId,
    parentUserId: customer.parentUserId,
    name: customer.name,
    username: customer.username,
    identityKeyHash: customer.identityHash,
  }
}
