import type { BusinessAccount, PhoneNumber, Template } from '../world/world.ts'
import type { Call } from './call.ts'

interface Entity {
  entity_type: string
  id: string
  can_send_message: 'AVAILABLE' | 'LIMITED' | 'BLOCKED'
  errors?: { error_code: number; error_description: string; possible_solution: string }[]
  additional_info?: string[]
}

export const healthOfNumber = (call: Call, number: PhoneNumber): object =>
  health(call, number.accountId, numberEntity(number))

export const healthOfAccount = (call: Call, account: BusinessAccount): object => health(call, account.id)

export const healthOfTemplate = (call: Call, template: Template): object =>
  health(call, template.accountId, templateEntity(template))

function health(call: Call, accountId: string, target?: Entity): object {
  const account = call.simulation.world.accounts.get(accountId)
  const entities = [
    ...(target ? [target] : []),
    ...(account ? [accountEntity(account), businessEntity(call, account.businessId)] : []),
    available('APP', call.caller.app.id),
  ]
  const is = (status: Entity['can_send_message']) => entities.some((entity) => entity.can_send_message === status)
  return { can_send_message: is('BLOCKED') ? 'BLOCKED' : is('LIMITED') ? 'LIMITED' : 'AVAILABLE', entities }
}

const available = (type: string, id: string): Entity => ({ entity_type: type, id, can_send_message: 'AVAILABLE' })

const blocked = (type: string, id: string, code: number, description: string, solution: string): Entity => ({
  entity_type: type,
  id,
  can_send_message: 'BLOCKED',
  errors: [{ error_code: code, error_description: description, possible_solution: solution }],
})

const limited = (type: string, id: string, info: string): Entity => ({
  entity_type: type,
  id,
  can_send_message: 'LIMITED',
  additional_info: [info],
})

function numberEntity(number: PhoneNumber): Entity {
  if (number.status !== 'CONNECTED') {
    return blocked(
      'PHONE_NUMBER',
      number.id,
      141000,
      'The phone number is not registered on the WhatsApp Business Platform.',
      'Register the phone number.',
    )
  }
  if (number.nameStatus !== 'APPROVED') {
    return limited(
      'PHONE_NUMBER',
      number.id,
      'Your display name has not been approved yet. Your message limit will increase after the display name is approved.',
    )
  }
  return available('PHONE_NUMBER', number.id)
}

function accountEntity(account: BusinessAccount): Entity {
  if (account.restriction) {
    return blocked(
      'WABA',
      account.id,
      account.restriction.code,
      account.restriction.description,
      'See the account quality page in the WhatsApp Manager.',
    )
  }
  if (!account.hasPaymentMethod) {
    return blocked(
      'WABA',
      account.id,
      141006,
      'There was an error with the payment method. This will block business initiated conversations.',
      'Add a payment method.',
    )
  }
  return available('WABA', account.id)
}

function businessEntity(call: Call, businessId: string): Entity {
  const business = call.simulation.world.businesses.get(businessId)
  return business?.verified === false
    ? limited('BUSINESS', businessId, 'The business has not passed business verification (141010).')
    : available('BUSINESS', businessId)
}

function templateEntity(template: Template): Entity {
  return template.status === 'APPROVED'
    ? available('MESSAGE_TEMPLATE', template.id)
    : blocked(
        'MESSAGE_TEMPLATE',
        template.id,
        141002,
        'Message templates can only be sent out if they are approved.',
        'Edit or appeal the message template review decision.',
      )
}
