import type { Request, RequestHandler } from 'express'
import { inSeconds } from '../clock.ts'
import { GraphError, missingParameter } from '../errors/graph-error.ts'
import type { Simulation } from '../simulation.ts'
import type { AccessToken } from '../world/world.ts'
import { resolveToken } from './access.ts'
import type { Call } from './call.ts'
import { respond } from './respond.ts'

const ACCOUNT_SCOPES = ['whatsapp_business_management', 'whatsapp_business_messaging']

/** GET /debug_token: `target_ids` of the granular scopes are the business accounts the token was given. */
export function debugToken(call: Call): object {
  const { simulation } = call
  const input = call.params['input_token']
  if (typeof input !== 'string' || input === '') throw missingParameter('input_token')
  const token = simulation.world.tokens.get(input)
  const now = inSeconds(simulation.clock.now())
  try {
    const { token: alive, app } = resolveToken(simulation.world, input, now)
    if (app.id !== call.caller.app.id) {
      throw new GraphError(100, { message: '(#100) The App_id in the input_token did not match the Viewing App' })
    }
    return { data: { ...described(simulation, alive, app.name), is_valid: true } }
  } catch (error) {
    if (!(error instanceof GraphError) || error.code !== 190) throw error
    const problem = {
      code: 190,
      message: error.message,
      ...(error.parts.subcode ? { subcode: error.parts.subcode } : {}),
    }
    const app = token && simulation.world.apps.get(token.appId)
    return {
      data:
        token && app
          ? { ...described(simulation, token, app.name), error: problem, is_valid: false }
          : { error: problem, is_valid: false, scopes: [] },
    }
  }
}

function described(simulation: Simulation, token: AccessToken, appName: string): object {
  if (token.type === 'APP') return { app_id: token.appId, type: 'APP', application: appName, scopes: [] }
  const accountIds = token.accountIds === 'all' ? [...simulation.world.accounts.keys()] : token.accountIds
  return {
    app_id: token.appId,
    type: token.type,
    application: appName,
    data_access_expires_at: 0,
    expires_at: token.expiresAt,
    issued_at: token.issuedAt,
    scopes: token.scopes,
    granular_scopes: token.scopes.map((scope) =>
      ACCOUNT_SCOPES.includes(scope) ? { scope, target_ids: accountIds } : { scope },
    ),
    user_id: token.userId,
  }
}

/** The code of an Embedded Signup, the app's own token, or a longer-lived one for a user token. Needs no token itself. */
export function grantToken(simulation: Simulation): RequestHandler {
  return (request: Request, response) => {
    const params = { ...request.query, ...(request.body as Record<string, unknown> | undefined) }
    const app = simulation.world.apps.get(String(params['client_id']))
    if (!app)
      throw new GraphError(101, {
        status: 400,
        message: 'Error validating application. Cannot get application info due to a system error.',
      })
    if (params['client_secret'] !== app.secret) throw new GraphError(1, { message: 'Error validating client secret.' })
    if (params['grant_type'] === 'client_credentials') {
      return respond(request, response, 200, { access_token: `${app.id}|${app.secret}`, token_type: 'bearer' })
    }
    if (params['code'] === undefined && params['fb_exchange_token'] === undefined) throw missingParameter('code')
    const token = addToken(simulation, { appId: app.id })
    return respond(request, response, 200, { access_token: token.token, token_type: 'bearer' })
  }
}

export function addToken(simulation: Simulation, parts: Partial<AccessToken> & { appId: string }): AccessToken {
  const now = inSeconds(simulation.clock.now())
  const token: AccessToken = {
    token: `EAAG${simulation.ids.hex(60)}ZD`,
    type: 'SYSTEM_USER',
    userId: simulation.ids.node(15),
    scopes: ['business_management', 'whatsapp_business_management', 'whatsapp_business_messaging'],
    accountIds: 'all',
    expiresAt: 0,
    issuedAt: now,
    revoked: false,
    ...parts,
  }
  simulation.world.tokens.set(token.token, token)
  return token
}

/** GET /me */
export function showCaller(call: Call): object {
  const { token, app } = call.caller
  return token.type === 'APP'
    ? { id: app.id, name: app.name }
    : { id: token.userId, name: `System user of ${app.name}` }
}

export function showPermissions(call: Call): object {
  return { data: call.caller.token.scopes.map((permission) => ({ permission, status: 'granted' })) }
}
