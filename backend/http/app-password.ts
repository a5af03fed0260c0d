import type { IncomingMessage } from 'node:http'
import type { Response } from 'express'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import { AppError } from '../errors.ts'
import { day } from '../platform/clock.ts'
import { hashToken, safeEqual, type Vault } from '../platform/crypto.ts'
import { networkOf, readCookies, type Caller } from './caller.ts'
import { cookieName } from './session.ts'

/** One more password in front of the API: given as a header with each request, or once by a browser. */
export type AppPassword = {
  isSet: boolean
  isNeeded(request: IncomingMessage): Promise<boolean>
  /** Remembers in this browser that the password was right. Refuses a wrong one, and anybody who tried too often. */
  enter(request: IncomingMessage, response: Response, password: string): Promise<void>
}

const remembered = 30 * day
const attempts = { points: 20, duration: 600 }

type Options = { password: string | undefined; vault: Vault; caller: Caller; now: () => Date }

export function createAppPassword({ password, vault, caller, now }: Options): AppPassword {
  if (!password) return { isSet: false, isNeeded: async () => false, async enter() {} }
  const right = password
  // In memory on purpose: asked on every request, and each process refuses for itself.
  const failures = new RateLimiterMemory({ keyPrefix: 'app-password', ...attempts })

  /** Bound to the password, so that a new one asks every browser again. */
  const signatureOf = (expires: string) => vault.sign('app password', `${expires}.${hashToken(right)}`)

  function isRemembered(request: IncomingMessage): boolean {
    const cookie = readCookies(request)[cookieName('parley-app', caller.isSecure(request))]
    if (typeof cookie !== 'string') return false
    const [expires = '', signature = ''] = cookie.split('.')
    return safeEqual(signature, signatureOf(expires)) && Number(expires) > now().getTime()
  }

  /** Whoever tried too often learns nothing more, not even with the right one. */
  async function isRight(request: IncomingMessage, given: string): Promise<boolean> {
    const network = networkOf(caller.ip(request))
    const state = await failures.get(network)
    if (state && state.consumedPoints >= attempts.points)
      throw new AppError('auth.too_many_attempts', { retryAfter: state.msBeforeNext / 1000 })
    if (safeEqual(given, right)) return true
    await failures.penalty(network)
    return false
  }

  return {
    isSet: true,
    async isNeeded(request) {
      if (isRemembered(request)) return false
      const given = request.headers['x-app-password']
      return typeof given !== 'string' || !(await isRight(request, given))
    },

    async enter(request, response, given) {
      if (!(await isRight(request, given))) throw new AppError('auth.app_password_required')
      const secure = caller.isSecure(request)
      const expires = String(now().getTime() + remembered)
      response.cookie(cookieName('parley-app', secure), `${expires}.${signatureOf(expires)}`, {
        httpOnly: true,
        sameSite: 'lax',
        path: '/',
        secure,
        maxAge: remembered,
      })
    },
  }
}
