import { noSuchObject } from '../errors/graph-error.ts'
import { verifyCallback } from '../webhooks/handshake.ts'
import type { BusinessAccount } from '../world/world.ts'
import { requireScope } from './access.ts'
import type { Call } from './call.ts'
import { selectFields, type Node } from './fields.ts'
import { findAccount, findAccountsOfBusiness } from './find.ts'
import { healthOfAccount } from './health.ts'
import { pageOf } from './paging.ts'
import { Param } from './param.ts'

export const getAccount = (call: Call, id: string): object => showAccount(call, findAccount(call, id))

function showAccount(call: Call, account: BusinessAccount): Node {
  const business = call.simulation.world.businesses.get(account.businessId)
  const node: Node = {
    id: account.id,
    name: account.name,
    currency: account.currency,
    timezone_id: '1',
    message_template_namespace: `${account.id.slice(0, 8)}_2ebd_41e4_b805_f2c05ae04cc9`,
    account_review_status: account.reviewStatus,
    business_verification_status: business?.verified ? 'verified' : 'not_verified',
    status: account.restriction ? 'RESTRICTED' : 'ACTIVE',
    country: 'US',
    ownership_type: 'CLIENT_OWNED',
    primary_funding_id: account.hasPaymentMethod ? `9${account.id.slice(1)}` : undefined,
    owner_business_info: business ? { id: business.id, name: business.name } : undefined,
    on_behalf_of_business_info: undefined,
    purchase_order_number: undefined,
    marketing_messages_lite_api_status: 'ELIGIBLE',
    health_status: healthOfAccount(call, account),
  }
  return selectFields(
    node,
    call.params['fields'],
    ['name', 'currency', 'timezone_id', 'message_template_namespace'],
    'WhatsAppBusinessAccount',
  )
}

export function listSubscribedApps(call: Call, id: string): object {
  const account = findAccount(call, id)
  return {
    data: [...account.subscribedApps].map(([appId, override]) => {
      const app = call.simulation.world.apps.get(appId)
      return {
        whatsapp_business_api_data: {
          id: appId,
          link: `https://www.facebook.com/games/?app_id=${appId}`,
          name: app?.name ?? 'App',
        },
        ...(override ? { override_callback_uri: override.callbackUri } : {}),
      }
    }),
  }
}

/** Without a body it subscribes and removes an override; with one it sets the override, after the handshake. */
export async function subscribeApp(call: Call, id: string): Promise<object> {
  const account = findAccount(call, id)
  const body = new Param(call.params)
  const uri = body.get('override_callback_uri').optionalText(200)
  if (uri === undefined || uri === '') {
    account.subscribedApps.set(call.caller.app.id, undefined)
    return { success: true }
  }
  const verifyToken = body.get('verify_token').text(10_000)
  await verifyCallback(uri, verifyToken)
  account.subscribedApps.set(call.caller.app.id, { callbackUri: uri, verifyToken })
  return { success: true }
}

export function unsubscribeApp(call: Call, id: string): object {
  findAccount(call, id).subscribedApps.delete(call.caller.app.id)
  return { success: true }
}

export function listAccountsOfBusiness(call: Call, businessId: string): object {
  return pageOf(
    call,
    findAccountsOfBusiness(call, businessId),
    (one) => one.id,
    (one) => showAccount(call, one),
  )
}

export function getBusiness(call: Call, id: string): object {
  requireScope(call.caller, 'business_management')
  const business = call.simulation.world.businesses.get(id)
  if (!business) throw noSuchObject(id, call.method)
  const node: Node = { id, name: business.name, verification_status: business.verified ? 'verified' : 'not_verified' }
  return selectFields(node, call.params['fields'], ['name'], 'Business')
}

/** GET /me/businesses: the portfolios that own the accounts of this token. */
export function listBusinesses(call: Call): object {
  requireScope(call.caller, 'business_management')
  const { world } = call.simulation
  const { accountIds } = call.caller.token
  const owners = new Set(
    [...world.accounts.values()]
      .filter((one) => accountIds === 'all' || accountIds.includes(one.id))
      .map((one) => one.businessId),
  )
  const businesses = [...world.businesses.values()].filter((one) => owners.has(one.id))
  return pageOf(
    call,
    businesses,
    (one) => one.id,
    (one) => ({ id: one.id, name: one.name }),
  )
}
