import { createHmac } from 'node:crypto'
import type { Request } from 'express'
import { inSeconds } from '../clock.ts'
import { GraphError } from '../errors/graph-error.ts'
import type { Simulation } from '../simulation.ts'
import type { AccessToken, App, World } from '../world/world.ts'

export type Scope = 'business_management' | 'whatsapp_business_management' | 'whatsapp_business_messaging'

export interface Caller {
  token: AccessToken
  app: App
}

export function identifyCaller(simulation: Simulation, request: Request): Caller {
  const given = tokenIn(request)
  if (!given) throw new GraphError(200, { title: 'Provide valid app ID' })
  const caller = resolveToken(simulation.world, given, inSeconds(simulation.clock.now()))
  if (caller.app.requireProof) requireProof(caller, request)
  return caller
}

export function tokenIn(request: Request): string | undefined {
  const header = /^(?:Bearer|OAuth)\s+(.+)$/i.exec(request.get('authorization') ?? '')?.[1]
  const body = request.body as Record<string, unknown> | undefined
  const other = request.query['access_token'] ?? body?.['access_token']
  return header?.trim() || (typeof other === 'string' && other !== '' ? other : undefined)
}

/** `app id|app secret` is an app token; everything else must be known and alive. */
export function resolveToken(world: World, given: string, now: number): Caller {
  const [appId, secret] = given.split('|')
  if (secret !== undefined) {
    const app = world.apps.get(appId ?? '')
    if (!app || app.secret !== secret) throw invalidToken('Invalid OAuth access token signature.')
    return { app, token: appTokenOf(app, given) }
  }
  const token = world.tokens.get(given)
  const app = token && world.apps.get(token.appId)
  if (!token || !app) throw invalidToken('Invalid OAuth access token - Cannot parse access token')
  if (token.revoked) {
    throw invalidToken(
      'Error validating access token: The session has been invalidated because the user changed their password or Facebook has changed the session for security reasons.',
      460,
    )
  }
  if (token.expiresAt !== 0 && token.expiresAt <= now) {
    throw invalidToken(
      `Error validating access token: Session has expired on ${graphDate(token.expiresAt)}. The current time is ${graphDate(now)}.`,
      463,
    )
  }
  return { token, app }
}

const invalidToken = (message: string, subcode?: number): GraphError => new GraphError(190, { message, subcode })

const graphDate = (seconds: number): string => new Date(seconds * 1000).toUTCString().replace('GMT', 'UTC')

const appTokenOf = (app: App, token: string): AccessToken => ({
  token,
  appId: app.id,
  type: 'APP',
  userId: '',
  scopes: [],
  accountIds: [],
  expiresAt: 0,
  issuedAt: 0,
  revoked: false,
})

function requireProof(caller: Caller, request: Request): void {
  const expected = createHmac('sha256', caller.app.secret).update(caller.token.token).digest('hex')
  const given =
    request.query['appsecret_proof'] ?? (request.body as Record<string, unknown> | undefined)?.['appsecret_proof']
  if (given === expected) return
  throw new GraphError(100, {
    message:
      given === undefined
        ? 'API calls from the server require an appsecret_proof argument'
        : 'Invalid appsecret_proof provided in the API argument',
    type: 'GraphMethodException',
  })
}

/** Missing scope: 10. Scope there, but the account is not assigned to the token: 200. */
export function requireAccess(caller: Caller, scope: Scope, accountId: string): void {
  requireScope(caller, scope)
  const { accountIds } = caller.token
  if (accountIds !== 'all' && !accountIds.includes(accountId)) {
    throw new GraphError(200, {
      title:
        'You do not have the necessary permissions required to send messages on behalf of this WhatsApp Business Account',
    })
  }
}

export function requireScope(caller: Caller, scope: Scope): void {
  if (caller.token.scopes.includes(scope)) return
  throw new GraphError(10, { title: 'Application does not have permission for this action' })
}

export function requireApp(caller: Caller, appId: string): void {
  if (caller.app.id !== appId)
    throw new GraphError(200, { title: 'The access token does not belong to this application' })
}
