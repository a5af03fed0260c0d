import type { Kind } from './places.ts'

const vital = /^\/api\/(auth|app-password|messages)\b/
const heavy =
  /^\/api\/(analytics|messages\/stats|\w+\/export|contacts\/import|contacts\/\w+\/export|segments\/preview)\b/
/** Bytes on their way cost little, and how long they take is up to the line of who reads them. */
const file = /^\/api\/media\/\w+\/file\b/
const search = /^\/api\/search\b|[?&](search|q)=[^&]/

/** Health, webhooks and the pages never stand in a line, and neither do files. */
export const needsPlace = (url: string): boolean => url.startsWith('/api/') && !file.test(url)

export function kindOf(method: string, url: string): Kind {
  if (vital.test(url) && (method === 'POST' || url.startsWith('/api/auth/'))) return 'vital'
  if (heavy.test(url)) return 'heavy'
  return search.test(url) ? 'search' : 'usual'
}
