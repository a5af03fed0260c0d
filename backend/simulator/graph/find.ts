import { noSuchObject } from '../errors/graph-error.ts'
import type { App, BusinessAccount, PhoneNumber, Template } from '../world/world.ts'
import { requireAccess, requireScope, type Scope } from './access.ts'
import type { Call } from './call.ts'

export function findNumber(call: Call, id: string, scope: Scope = 'whatsapp_business_management'): PhoneNumber {
  const number = call.simulation.world.phoneNumbers.get(id)
  if (!number) throw noSuchObject(id, call.method)
  requireAccess(call.caller, scope, number.accountId)
  return number
}

export function findAccount(call: Call, id: string): BusinessAccount {
  const account = call.simulation.world.accounts.get(id)
  if (!account) throw noSuchObject(id, call.method)
  requireAccess(call.caller, 'whatsapp_business_management', id)
  return account
}

export function findTemplate(call: Call, id: string): Template {
  const template = call.simulation.world.templates.get(id)
  if (!template) throw noSuchObject(id, call.method)
  requireAccess(call.caller, 'whatsapp_business_management', template.accountId)
  return template
}

export function findApp(call: Call, id: string): App {
  const app = call.simulation.world.apps.get(id)
  if (!app) throw noSuchObject(id, call.method)
  return app
}

export function findAccountsOfBusiness(call: Call, businessId: string): BusinessAccount[] {
  requireScope(call.caller, 'business_management')
  if (!call.simulation.world.businesses.has(businessId)) throw noSuchObject(businessId, call.method)
  const { accountIds } = call.caller.token
  return [...call.simulation.world.accounts.values()].filter(
    (account) => account.businessId === businessId && (accountIds === 'all' || accountIds.includes(account.id)),
  )
}
