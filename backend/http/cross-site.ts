import type { IncomingMessage } from 'node:http'
import { AppError } from '../errors.ts'
import type { Caller } from './caller.ts'

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses a change that another website makes a browser ask for. Browsers say where a request comes from in
 * Sec-Fetch-Site, older ones in Origin, and no page can forge either. A request with a cookie but neither is refused too:
 * a program that signs in like a browser must name its Origin.
 */
export function refuseCrossSite(request: IncomingMessage, caller: Caller): void {
  if (safeMethods.has(request.method ?? '')) return
  const { origin, cookie } = request.headers
  const site = request.headers['sec-fetch-site']
  if (site !== undefined) {
    if (site !== 'same-origin' && site !== 'none') refuse()
  } else if (origin !== undefined) {
    if (!URL.canParse(origin) || !caller.hosts(request).includes(new URL(origin).host)) refuse()
  } else if (cookie !== undefined) refuse()
}

function refuse(): never {
  throw new AppError('request.cross_site', {
    details: [{ path: 'headers.origin', message: 'Send the header Origin with the address of this server.' }],
  })
}
