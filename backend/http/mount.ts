import type { Request, RequestHandler, Response } from 'express'
import type { Route } from '../contract/route.ts'
import { AppError } from '../errors.ts'
import type { Context, ContextFor, Endpoint, Feature, PublicContext } from '../feature.ts'
import type { WorkspaceStore } from '../model/index.ts'
import { answerData } from './answer.ts'
import type { AppPassword } from './app-password.ts'
import type { Caller } from './caller.ts'
import { readKey, runOnce, type Answered } from './idempotency.ts'
import { readInput } from './input.ts'
import { createRouteTable } from './route-table.ts'
import { requireAccess, viewerOf, type Authenticate, type SessionCookie } from './session.ts'

export type MountOptions = {
  features: readonly Feature[]
  authenticate: Authenticate
  contextFor: ContextFor
  caller: Caller
  cookie: SessionCookie
  appPassword: AppPassword
  now: () => Date
}

/** The only place where a contract route is served: who may, what was sent, call, answer. */
export function mountFeatures(options: MountOptions): RequestHandler {
  const find = createRouteTable(options.features.flatMap((feature) => feature.endpoints))
  return async (request, response) => {
    const found = find(request.method, request.path)
    if (!found) throw new AppError('request.not_found')
    if ('allowed' in found) {
      response.setHeader('allow', found.allowed.join(', '))
      throw new AppError('request.method_not_allowed')
    }
    response.locals['route'] = found.endpoint.route.path
    const serve = found.endpoint.route.access === 'public' ? serveVisitor : serveMember
    await serve(found, options, request, response)
  }
}

type Served = { endpoint: Endpoint; params: object }

async function serveMember(
  { endpoint: { route, call }, params }: Served,
  { authenticate, contextFor, caller }: MountOptions,
  request: Request,
  response: Response,
): Promise<void> {
  const identity = requireAccess(await authenticate(request), route.access)
  const { user, workspaceId, sessionId } = identity
  response.locals['user'] = user.id
  const input = await readInput(route, params, request, response)
  const key = route.idempotent ? readKey(request) : null
  const later: ((context: Context) => Promise<void>)[] = []
  const base = contextFor(workspaceId, viewerOf(identity))
  const context = {
    ...base,
    user,
    sessionId,
    ip: caller.ip(request),
    origin: caller.origin(request),
    afterwards: (work: (context: Context) => Promise<void>) => void later.push(work),
  }
  const run = async (store: WorkspaceStore) => ({
    status: route.status ?? 200,
    data: checkResult(route, await call({ ...context, store } as never, input as never)),
  })
  const addressed = { method: request.method, path: request.path, ...input }
  const { status, data, replayed }: Answered = key
    ? await runOnce(base, route, `${user.id} ${key}`, addressed, run)
    : { ...(await run(base.store)), replayed: false }
  if (replayed) response.setHeader('idempotent-replayed', 'true')
  answerData(response, status, data)
  // A failed request threw before this line, so its events reach nobody.
  base.flush()
  for (const work of later) void work(context).catch(() => {})
}

async function serveVisitor(
  { endpoint: { route, call }, params }: Served,
  options: MountOptions,
  request: Request,
  response: Response,
): Promise<void> {
  const { caller, cookie, appPassword, now } = options
  const input = await readInput(route, params, request, response)
  const context: PublicContext = {
    now,
    ip: caller.ip(request),
    userAgent: request.headers['user-agent'] ?? null,
    origin: caller.origin(request),
    sessionToken: cookie.read(request),
    keepSession: (token) => cookie.write(request, response, token),
    needsAppPassword: await appPassword.isNeeded(request),
    enterAppPassword: (password) => appPassword.enter(request, response, password),
  }
  answerData(response, route.status ?? 200, checkResult(route, await call(context as never, input as never)))
}

/** Drops every field the contract does not name, so that a new secret column cannot leak. */
function checkResult(route: Route, result: unknown): unknown {
  const { success, data, error } = route.result.safeParse(result)
  if (success) return data
  const misfits = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
  throw new Error(`The answer of ${route.method} ${route.path} does not fit its contract: ${misfits}`)
}
