import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { errors, type ErrorBody, type ErrorCode } from '../contract/errors.ts'
import { AppError } from '../errors.ts'
import { safeEqual } from '../platform/crypto.ts'
import type { Log } from '../platform/log.ts'
import { StorageFull, StoreBusy } from '../platform/store/store.ts'
import type { Caller } from './caller.ts'
import type { Guesses } from './limits.ts'

/** Meta batches up to 1,000 updates and 3 MB; the rest is air. */
const bodyLimit = 4 * 1024 * 1024
const paths = new Set(['/api/webhooks/meta', '/api/webhook'])

type Deps = {
  accept: (
    body: Buffer,
    signature: string | string[] | undefined,
  ) => Promise<'stored' | 'signature_invalid' | 'not_configured'>
  verifyTokens: () => Promise<readonly string[]>
  guesses: Guesses
  caller: Pick<Caller, 'ip'>
  log: Log
}

/**
 * Meta's webhooks, answered before Express: at a flood of them the framework would cost more than the work.
 * Answers whether the request was for this door.
 */
export function createWebhookDoor({
  accept,
  verifyTokens,
  guesses,
  caller,
  log,
}: Deps): (...args: Parameters<RequestListener>) => boolean {
  const complain = onceAMinute((line: string) => log.warn(line))

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.headers['content-encoding']) return refuse(response, 'request.unsupported_type')
    const body = await readBody(request)
    if (!body) return refuse(response, 'request.too_large', { connection: 'close' })
    const verdict = await accept(body, request.headers['x-hub-signature-256'])
    if (verdict === 'stored')
      return void response.writeHead(200, { 'content-type': 'text/plain', 'content-length': 2 }).end('OK')
    if (verdict === 'signature_invalid') complain('A webhook was refused: its signature does not match any app secret.')
    else complain('Webhooks are refused: set the app secret of the channel, or WHATSAPP_APP_SECRET.')
    refuse(response, verdict === 'signature_invalid' ? 'webhook.signature_invalid' : 'webhook.not_configured')
  }

  async function shakeHands(request: IncomingMessage, query: URLSearchParams, response: ServerResponse): Promise<void> {
    const ip = caller.ip(request)
    await guesses.check(ip)
    const token = query.get('hub.verify_token')
    const challenge = query.get('hub.challenge')
    const known = token ? (await verifyTokens()).some((candidate) => safeEqual(candidate, token)) : false
    if (!known) await guesses.wrong(ip)
    if (!known || challenge === null || query.get('hub.mode') !== 'subscribe')
      return refuse(response, 'webhook.verify_failed')
    // Plain text and no sniffing: the challenge comes from outside and must not become a page.
    response
      .writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' })
      .end(challenge)
  }

  return (request, response) => {
    const url = request.url ?? ''
    const queryAt = url.indexOf('?')
    if (!paths.has(queryAt === -1 ? url : url.slice(0, queryAt))) return false
    const answer =
      request.method === 'POST'
        ? receive(request, response)
        : request.method === 'GET'
          ? shakeHands(request, new URLSearchParams(queryAt === -1 ? '' : url.slice(queryAt + 1)), response)
          : Promise.resolve(refuse(response, 'request.method_not_allowed', { allow: 'GET, POST' }))
    answer.catch((error: unknown) => {
      const code = codeOf(error)
      if (code === 'internal') log.error({ error }, 'a webhook could not be stored')
      const { retryAfter = 5 } = error instanceof AppError ? error : {}
      if (!response.headersSent) refuse(response, code, { 'retry-after': String(Math.ceil(retryAfter)) })
    })
    return true
  }
}

/** Meta delivers again after anything but 200, so what could not be stored is never lost by saying so. */
function codeOf(error: unknown): ErrorCode {
  if (error instanceof AppError) return error.code
  if (error instanceof StorageFull) return 'storage.full'
  return error instanceof StoreBusy ? 'storage.busy' : 'internal'
}

function refuse(response: ServerResponse, code: ErrorCode, headers: Record<string, string> = {}): void {
  const { message, status } = errors[code]
  const body: ErrorBody = { success: false, message, error: { code } }
  // Storage problems are 503 here: Meta knows no other word for "come again".
  response
    .writeHead(status === 507 ? 503 : status, {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      ...headers,
    })
    .end(JSON.stringify(body))
}

/** Undefined when it is larger than Meta ever sends. */
function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > bodyLimit) {
        request.removeAllListeners('data').resume()
        resolve(undefined)
      } else chunks.push(chunk)
    })
    request.on('end', () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, length)))
    request.on('error', reject)
    request.on('aborted', () => reject(new Error('the webhook was cut off')))
  })
}

/** A flood of refused requests must not become a flood of log lines. */
function onceAMinute(write: (line: string) => void): (line: string) => void {
  const last = new Map<string, number>()
  return (line) => {
    const instant = performance.now()
    if (instant - (last.get(line) ?? -Infinity) < 60_000) return
    last.set(line, instant)
    write(line)
  }
}
