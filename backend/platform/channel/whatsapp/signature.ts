import { createHmac, timingSafeEqual } from 'node:crypto'

// Meta writes small letters only; any other spelling is somebody else's.
const form = /^sha256=([0-9a-f]{64})$/

/** Whether Meta (or whoever has the app secret) wrote these very bytes. Says no to everything malformed, never throws. */
export function verifySignature(rawBody: Buffer, header: string | string[] | undefined, appSecret: string): boolean {
  // Two headers are an attempt at confusion, an empty secret a mistake in the configuration; neither may open the door.
  if (typeof header !== 'string' || appSecret === '') return false
  const claimed = form.exec(header)?.[1]
  if (!claimed) return false
  return timingSafeEqual(digest(rawBody, appSecret), Buffer.from(claimed, 'hex'))
}

export function signBody(rawBody: Buffer | string, appSecret: string): string {
  return `sha256=${digest(rawBody, appSecret).toString('hex')}`
}

function digest(body: Buffer | string, appSecret: string): Buffer {
  return createHmac('sha256', appSecret).update(body).digest()
}
