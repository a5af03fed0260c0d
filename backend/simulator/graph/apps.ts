import { GraphError, invalidParameter, missingParameter, noSuchObject } from '../errors/graph-error.ts'
import { SUBSCRIBABLE_FIELDS } from '../payloads/fields.ts'
import { verifyCallback } from '../webhooks/handshake.ts'
import type { App } from '../world/world.ts'
import { requireApp } from './access.ts'
import type { Call } from './call.ts'
import { selectFields } from './fields.ts'
import { findApp } from './find.ts'
import { Param } from './param.ts'

const OBJECT = 'whatsapp_business_account'

export function getApp(call: Call, id: string): object {
  const app = findApp(call, id)
  requireApp(call.caller, app.id)
  return selectFields(
    { id: app.id, name: app.name, link: `https://www.facebook.com/games/?app_id=${app.id}`, category: 'Business' },
    call.params['fields'],
    ['name', 'link', 'category'],
    'Application',
  )
}

/** Saving a callback URL makes Meta ask the receiver; only an echoed challenge is accepted. */
export async function setSubscription(call: Call, id: string): Promise<object> {
  const app = findOwnApp(call, id)
  const body = new Param(call.params)
  if (body.get('object').text(100) !== OBJECT)
    throw invalidParameter(`Param object must be one of {${OBJECT.toUpperCase()}}`)
  const callbackUrl = body.get('callback_url').text(2000)
  const verifyToken = body.get('verify_token').text(10_000)
  const fields = fieldList(call.params['fields'])
  const unknown = fields.find((field) => !SUBSCRIBABLE_FIELDS.includes(field))
  if (unknown !== undefined)
    throw invalidParameter(`Param fields[0] must be one of {${SUBSCRIBABLE_FIELDS.join(', ')}} - got "${unknown}".`)
  await verifyCallback(callbackUrl, verifyToken)
  app.subscription = {
    callbackUrl,
    verifyToken,
    fields: [...new Set([...(app.subscription?.fields ?? []), ...fields])],
  }
  return { success: true }
}

export function getSubscriptions(call: Call, id: string): object {
  const app = findOwnApp(call, id)
  const { subscription } = app
  return {
    data: subscription
      ? [
          {
            object: OBJECT,
            callback_url: subscription.callbackUrl,
            active: true,
            fields: subscription.fields.map((name) => ({ name, version: call.version })),
          },
        ]
      : [],
  }
}

export function deleteSubscription(call: Call, id: string): object {
  const app = findOwnApp(call, id)
  const fields = fieldList(call.params['fields'])
  if (fields.length === 0) app.subscription = undefined
  else if (app.subscription)
    app.subscription.fields = app.subscription.fields.filter((field) => !fields.includes(field))
  return { success: true }
}

/** The app token (`id|secret`) is the right one here; a user token is refused as Graph refuses it. */
function findOwnApp(call: Call, id: string): App {
  const app = findApp(call, id)
  if (call.caller.token.type !== 'APP')
    throw new GraphError(15, { status: 400, title: 'This method must be called with an app access_token.' })
  if (call.caller.app.id !== app.id) throw noSuchObject(id, call.method)
  return app
}

function fieldList(fields: unknown): string[] {
  if (fields === undefined || fields === '') return []
  if (Array.isArray(fields)) return fields.map(String)
  if (typeof fields !== 'string') throw missingParameter('fields')
  return fields.split(',').map((field) => field.trim())
}
