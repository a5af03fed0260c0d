import type { IncomingMessage } from 'node:http'
import cookieParser from 'cookie-parser'
import type { Request, Response } from 'express'

/** What a request says about where it comes from. Works before and without Express, for sockets too. */
export type Caller = {
  ip(request: IncomingMessage): string
  /** The browser spoke TLS, with us or with a proxy we trust. */
  isSecure(request: IncomingMessage): boolean
  /** `https://crm.example.com`: PUBLIC_URL, else what the browser typed. */
  origin(request: IncomingMessage): string
  /** Hosts under which this server answers this request, in lower case. */
  hosts(request: IncomingMessage): string[]
}

type Options = { publicUrl?: string | undefined; trustedProxies?: number | undefined }

export function createCaller({ publicUrl, trustedProxies = 0 }: Options): Caller {
  const publicHost = publicUrl && new URL(publicUrl).host

  /** What the outermost trusted proxy says. Without one the header is anybody's invention. */
  function forwarded(request: IncomingMessage, name: string): string | undefined {
    return trustedProxies > 0 ? listOf(request.headers[name])[0] : undefined
  }

  function isSecure(request: IncomingMessage): boolean {
    return (
      publicUrl?.startsWith('https:') ||
      'encrypted' in request.socket ||
      forwarded(request, 'x-forwarded-proto') === 'https'
    )
  }

  function hostOf(request: IncomingMessage): string {
    const host = (forwarded(request, 'x-forwarded-host') ?? request.headers.host ?? '').toLowerCase()
    return /^[a-z0-9.\-:[\]_]{1,255}$/.test(host) ? host : 'localhost'
  }

  return {
    ip(request) {
      const remote = request.socket.remoteAddress ?? ''
      // Each proxy appends who called it, so ours wrote the last ones and the rest is not proven.
      const chain = [...listOf(request.headers['x-forwarded-for']), remote]
      return (chain.at(-1 - Math.min(trustedProxies, chain.length - 1)) ?? remote).replace(/^::ffff:/, '')
    },
    isSecure,
    origin: (request) => publicUrl ?? `${isSecure(request) ? 'https' : 'http'}://${hostOf(request)}`,
    hosts: (request) => [hostOf(request), ...(publicHost ? [publicHost] : [])],
  }
}

function listOf(header: string | string[] | undefined): string[] {
  const text = Array.isArray(header) ? header.join(',') : (header ?? '')
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

const parseCookies = cookieParser()

export function readCookies(request: IncomingMessage): { [name: string]: unknown } {
  const { cookies } = request as Request
  if (!cookies) parseCookies(request as Request, undefined as unknown as Response, () => {})
  return (request as Request).cookies as { [name: string]: unknown }
}

/** The network an address belongs to: one household or server has many addresses. */
export function networkOf(ip: string): string {
  if (!ip.includes(':')) return ip.split('.').slice(0, 3).join('.')
  const [head = '', tail] = ip.split('::')
  const groups = head === '' ? [] : head.split(':')
  const rest = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - rest.length)
  return [...groups, ...Array<string>(zeros).fill('0'), ...rest]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')
}
