import type { IncomingMessage } from 'node:http'
import type { Response } from 'express'
import type { Access } from '../contract/route.ts'
import type { Visibility } from '../contract/workspace.ts'
import { AppError } from '../errors.ts'
import type { User } from '../model/index.ts'
import { readCookies, type Caller } from './caller.ts'

/** Who a request comes from, however it was proven. */
export type Identity = {
  workspaceId: string
  user: Pick<User, 'id' | 'name' | 'role' | 'createdAt'> & { visibility?: Visibility }
  sessionId: string
}

/**
 * Reads one kind of credential: null when the request has none of that kind, undefined when it has one that is not
 * valid. A valid one decides; a wrong one is not made up for by another.
 */
export type CredentialReader = (request: IncomingMessage) => Promise<Identity | undefined> | null

export type Authenticate = (request: IncomingMessage) => Promise<Identity | undefined>

/** Works on any request, so sockets use it for their handshake. */
export function createAuthenticate(readers: readonly CredentialReader[]): Authenticate {
  return async (request) => {
    for (const read of readers) {
      const found = read(request)
      if (found) return found
    }
    return undefined
  }
}

export type SessionCookie = {
  read(request: IncomingMessage): string | null
  /** Null takes it away, and with it the pictures and files that the browser kept. Obeyed where the browser trusts the address. */
  write(request: IncomingMessage, response: Response, token: string | null): void
}

/** A browser keeps `__Host-` cookies only from TLS, for this host alone, so no sibling domain can plant one. */
export const cookieName = (name: string, isSecure: boolean) => (isSecure ? `__Host-${name}` : name)

export function createSessionCookie(caller: Caller, { maxAge }: { maxAge: number }): SessionCookie {
  return {
    read(request) {
      const value = readCookies(request)[cookieName('parley', caller.isSecure(request))]
      return typeof value === 'string' && value.length > 0 && value.length <= 100 ? value : null
    },
    write(request, response, token) {
      const secure = caller.isSecure(request)
      const options = { httpOnly: true, sameSite: 'lax', path: '/', secure } as const
      if (token === null) response.clearCookie(cookieName('parley', secure), options).set('clear-site-data', '"cache"')
      else response.cookie(cookieName('parley', secure), token, { ...options, maxAge })
    },
  }
}

/** The browser's way in. Bearer tokens and API keys will be readers beside it. */
export function readSessionCookie(
  cookie: SessionCookie,
  find: (token: string) => Promise<Identity | undefined>,
): CredentialReader {
  return (request) => {
    const token = cookie.read(request)
    return token === null ? null : find(token)
  }
}

/** How far this person's store reaches. */
export const viewerOf = ({ user: { id, visibility = 'all' } }: Identity) => ({ id, visibility })

const rank: Record<Access, number> = { public: 0, member: 1, admin: 2, owner: 3 }
const rankOfRole: Record<User['role'], number> = { agent: rank.member, admin: rank.admin, owner: rank.owner }

export function requireAccess(identity: Identity | undefined, access: Access = 'member'): Identity {
  if (!identity) throw new AppError('auth.required')
  if (rankOfRole[identity.user.role] < rank[access]) throw new AppError('auth.forbidden')
  return identity
}
