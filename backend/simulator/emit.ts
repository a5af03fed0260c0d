import { inSeconds } from './clock.ts'
import type { FieldContext } from './payloads/fields/field.ts'
import { fieldChange, type FieldName, type FieldParams } from './payloads/fields.ts'
import type { Simulation } from './simulation.ts'
import { type CustomerSpec, ensureCustomer, personOf } from './world/customers.ts'
import { type BusinessAccount, businessNumber, type PhoneNumber } from './world/world.ts'

/** About whom a webhook speaks. Everything not said is the first account, its first number and a standard customer. */
export interface About {
  accountId?: string
  phoneNumberId?: string
  from?: string | CustomerSpec
}

export const USUAL_CUSTOMER: CustomerSpec = { phone: '+16505551234', name: 'Sheena Nelson' }

export function numberOf(simulation: Simulation, about: About): PhoneNumber {
  const { phoneNumbers } = simulation.world
  const number =
    about.phoneNumberId !== undefined
      ? phoneNumbers.get(about.phoneNumberId)
      : [...phoneNumbers.values()].find((one) => about.accountId === undefined || one.accountId === about.accountId)
  if (!number)
    throw new RangeError(`There is no phone number ${about.phoneNumberId ?? `of account ${about.accountId}`}.`)
  return number
}

export function accountOf(simulation: Simulation, id: string): BusinessAccount {
  const account = simulation.world.accounts.get(id)
  if (!account) throw new RangeError(`There is no business account ${id}.`)
  return account
}

export function fieldContextOf(simulation: Simulation, about: About): FieldContext {
  const number = numberOf(simulation, about)
  const account = accountOf(simulation, number.accountId)
  return {
    number: businessNumber(number),
    accountId: account.id,
    businessId: account.businessId,
    appId: [...account.subscribedApps.keys()][0] ?? '',
    now: inSeconds(simulation.clock.now()),
    person: personOf(ensureCustomer(simulation.world, about.from ?? USUAL_CUSTOMER)),
  }
}

/** Sends one of the webhooks of `payloads/fields.ts` and changes the world where that webhook says it changed. */
export function emitField<N extends FieldName>(
  simulation: Simulation,
  name: N,
  params: FieldParams<N>,
  about: About = {},
): void {
  const context = fieldContextOf(simulation, about)
  if (name === 'user_preferences') {
    const customer = ensureCustomer(simulation.world, about.from ?? USUAL_CUSTOMER)
    customer.stoppedMarketing = (params as { value?: string }).value !== 'resume'
  }
  if (name === 'call_connect') {
    ensureCustomer(simulation.world, about.from ?? USUAL_CUSTOMER).lastInboundAt.set(
      context.number.id,
      simulation.clock.now(),
    )
  }
  const withId = needsMessageId(name)
    ? {
        wamid: simulation.ids.wamid(context.person.phone ?? '', name === 'standby' ? 'in' : 'out'),
        ...(params as object),
      }
    : params
  simulation.outbox.publish(fieldChange(name, context, withId as FieldParams<N>))
}

const needsMessageId = (name: string): boolean =>
  ['standby', 'smb_message_echoes', 'message_echoes', 'history_media'].includes(name)
