import type { Request, Response } from 'express'
import type { Authenticate, Identity } from './session.ts'

const lookMs = 1000

/**
 * A long download ends when the one who began it is signed out, disabled, or may see less than before. Not knowing (the store
 * is away) is no reason.
 */
export function endWhenSignedOut(
  request: Request,
  response: Response,
  authenticate: Authenticate,
  { user: { role, visibility } }: Identity,
): void {
  const look = async () => {
    if (response.closed) return clearInterval(timer)
    const known = await authenticate(request).catch(() => null)
    if (known === null) return
    if (known?.user.role !== role || known.user.visibility !== visibility) response.destroy()
  }
  const timer = setInterval(() => void look(), lookMs).unref()
}
