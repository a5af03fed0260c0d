import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Request, RequestHandler } from 'express'
import type { Metrics } from '../platform/metrics.ts'

export type MetricsRoute = { metrics: Metrics; token?: string | undefined }

const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Counts and times every request by its route, never by its path: that has ids in it, and nobody bounds them. */
export function measureRequests({ metrics }: MetricsRoute): RequestHandler {
  const observe = metrics.histogram('parley_http_request_duration_seconds', 'Time until the answer was sent.', bounds)
  return (request, response, next) => {
    const started = performance.now()
    response.once('close', () => {
      const route =
        (response.locals['route'] as string | undefined) ?? patternOf(request) ?? kindOf(request.originalUrl)
      const status = response.writableFinished ? `${Math.floor(response.statusCode / 100)}xx` : 'aborted'
      observe((performance.now() - started) / 1000, { method: methodOf(request.method), route, status })
    })
    next()
  }
}

/** Of files, which Express routes itself. */
const patternOf = ({ route }: Request) => (route ? String((route as { path: unknown }).path) : undefined)
const kindOf = (url: string) => (url.startsWith('/api/') ? 'other' : url.startsWith('/assets/') ? 'assets' : 'page')
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
const methodOf = (method: string) => (methods.has(method) ? method : 'other')

/** For whoever has the token; without one, for programs on this machine that come past no proxy. Others are told nothing. */
export function answerMetrics({ metrics, token }: MetricsRoute): RequestHandler {
  return async (request, response, next) => {
    if (request.path !== '/metrics' || request.method !== 'GET') return next()
    if (token ? !hasToken(request, token) : !isLocal(request)) return next()
    response.setHeader('cache-control', 'no-store')
    response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8')
    response.end(await metrics.render())
  }
}

function hasToken({ headers }: IncomingMessage, token: string): boolean {
  const [given, wanted] = [Buffer.from(headers.authorization ?? ''), Buffer.from(`Bearer ${token}`)]
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

function isLocal({ headers, socket }: IncomingMessage): boolean {
  const isForwarded = ['x-forwarded-for', 'forwarded', 'x-real-ip'].some((name) => headers[name] !== undefined)
  // A name that leads here is a page in a browser on this machine, asking for somebody else.
  const isNamed = !/^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(headers.host ?? '')
  return !isForwarded && !isNamed && /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/.test(socket.remoteAddress ?? '')
}
