import express, { type Express, type Request, type RequestHandler, type Response, type Router } from 'express'
import helmet from 'helmet'
import { importPath } from '../contract/contact-import.ts'
import { AppError } from '../errors.ts'
import { randomToken } from '../platform/crypto.ts'
import type { Logs } from '../platform/log.ts'
import { createErrorAnswer } from './answer.ts'
import { createDashboard } from './dashboard.ts'
import { answerHealth, isHealth, type Health } from './health.ts'
import { answerMetrics, measureRequests, type MetricsRoute } from './metrics.ts'
import { mountFeatures, type MountOptions } from './mount.ts'
import { refuseCrossSite } from './cross-site.ts'
import { createPathReader } from './log-path.ts'

export type HttpOptions = MountOptions & {
  logs: Logs
  health: Health
  /** Where the built dashboard is. */
  dashboardFolder: string
  /** PUBLIC_URL has https, so browsers may be told never to come without it. */
  isHttps: boolean
  metrics?: MetricsRoute
  /** Files, which are no JSON. */
  mediaRoutes?: Router
  /** The table of contacts, coming and going. */
  contactFileRoutes?: Router
}

/** What is answered outside the contract. */
const otherPaths = ['/health', '/media/:mediaId/file', `${importPath}/problems`, '/contacts/:contactId/export']

/** The order of everything a request passes. Webhooks are answered before it (ingest.ts). */
export function createHttpApp(options: HttpOptions): Express {
  const app = express()
  app.disable('x-powered-by').disable('etag').enable('case sensitive routing')
  const routes = options.features.flatMap(({ endpoints }) => endpoints.map(({ route }) => route.path))
  const readPath = createPathReader([...routes, ...otherPaths])
  app.use(nameAndLog(options, readPath))
  if (options.metrics) app.use(measureRequests(options.metrics), answerMetrics(options.metrics))
  app.use(answerHealth(options.health))

  const api = express.Router({ caseSensitive: true })
  api.use(guard(options))
  if (options.mediaRoutes) api.use(options.mediaRoutes)
  if (options.contactFileRoutes) api.use(options.contactFileRoutes)
  api.use(mountFeatures(options))
  app.use('/api', api)

  app.use(createDashboard(options.dashboardFolder))
  app.use(createErrorAnswer(options.logs, readPath))
  return app
}

/** What every request to the API passes before anybody asks who it comes from. */
function guard({ caller, appPassword }: HttpOptions): RequestHandler {
  return async (request, response, next) => {
    response.setHeader('cache-control', 'no-store')
    refuseCrossSite(request, caller)
    if (appPassword.isSet && !withoutAppPassword.has(request.path) && (await appPassword.isNeeded(request)))
      throw new AppError('auth.app_password_required')
    next()
  }
}

/** How a browser learns that there is a password, and gives it. */
const withoutAppPassword = new Set(['/auth/state', '/app-password'])

/** One line per request: who, what, how long. Never a query or a body, people search for names and numbers. */
function nameAndLog({ logs, caller, isHttps }: HttpOptions, readPath: (url: string) => string): RequestHandler {
  const protection = protectionHeaders(isHttps)
  const process = randomToken(6)
  let count = 0
  return (request, response, next) => {
    const started = performance.now()
    const id = `${process}-${(++count).toString(36)}`
    // The door, the log and the metrics wait for its end, and so does a table that is written to it, several times.
    response.setMaxListeners(20).setHeader('x-request-id', id)
    for (const [name, value] of protection) response.setHeader(name, value)
    response.once('close', () => {
      const status = response.statusCode
      const path = readPath(request.originalUrl)
      const isWork = path.startsWith('/api/') && !isHealth(path)
      const level = status >= 500 ? 'warn' : isWork ? 'info' : 'debug'
      logs.request[level](
        {
          id,
          method: request.method,
          path,
          status,
          ms: Math.round((performance.now() - started) * 10) / 10,
          ip: caller.ip(request),
          user: response.locals['user'] as unknown,
          ...(response.writableFinished ? {} : { aborted: true }),
        },
        'answered',
      )
    })
    logs.within({ id }, next)
  }
}

/**
 * What browsers may do with our pages. No word about upgrading to https: on a shop's own network there is none. Helmet is
 * asked once and not in fifteen steps for each request, since it always says the same.
 */
function protectionHeaders(isHttps: boolean): ReadonlyMap<string, string> {
  const headers = new Map([
    ['permissions-policy', 'camera=(self), microphone=(self), geolocation=(), payment=(), usb=()'],
  ])
  const recorder = { setHeader: (name: string, value: string) => headers.set(name, value), removeHeader() {} }
  const protect = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'blob:', 'data:'],
        mediaSrc: ["'self'", 'blob:'],
        connectSrc: ["'self'"],
        fontSrc: ["'self'"],
        manifestSrc: ["'self'"],
        workerSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: isHttps && { maxAge: 365 * 24 * 60 * 60, includeSubDomains: false },
    frameguard: { action: 'deny' },
    xssFilter: false,
  })
  protect({} as Request, recorder as unknown as Response, () => {})
  return headers
}
