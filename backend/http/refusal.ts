import type { ServerResponse } from 'node:http'
import { errors, type ErrorBody, type ErrorCode } from '../contract/errors.ts'

export const answerOverloaded = refusal('server.overloaded')
export const answerTooMany = refusal('server.too_many_requests')

/** Written once, and given to Node as the pairs it sends. */
function refusal(code: ErrorCode): (response: ServerResponse) => void {
  const { status, message } = errors[code]
  const body = JSON.stringify({ success: false, message, error: { code } } satisfies ErrorBody)
  const head = ['content-type', 'application/json; charset=utf-8', 'content-length', String(Buffer.byteLength(body))]
  head.push('cache-control', 'no-store', 'x-content-type-options', 'nosniff', 'retry-after', '1')
  return (response) => void response.writeHead(status, head).end(body, 'latin1')
}
