import type { ErrorBody, ErrorCode } from '#contract/errors.ts'
import type { Answer, Request, Route } from '#contract/route.ts'

/** Codes that only a browser can know of. */
export type ClientCode = ErrorCode | 'network.offline' | 'network.unreachable' | 'network.garbled'

const sentences: Record<Exclude<ClientCode, ErrorCode>, string> = {
  'network.offline': 'You are offline. Parley goes on as soon as the connection is back.',
  'network.unreachable': 'Parley cannot be reached at the moment. Check that it is running, then try again.',
  'network.garbled': 'The server answered something Parley does not understand. Reload the page and try again.',
}

/** A refusal with a sentence for people. It covers the network too; a cancelled request is not one of these. */
export class ApiError extends Error {
  override name = 'ApiError'
  readonly code: ClientCode
  readonly status: number
  readonly details: unknown

  constructor(code: ClientCode, message: string, status = 0, details?: unknown) {
    super(message)
    this.code = code
    this.status = status
    this.details = details
  }
}

export type CallOptions = { signal?: AbortSignal; idempotencyKey?: string }

type RefusalListener = (error: ApiError) => void
const refusalListeners = new Set<RefusalListener>()

/** Tells the session about every refusal, so that an expired sign-in is noticed wherever it happens. */
export function onRefusal(listener: RefusalListener): () => void {
  refusalListeners.add(listener)
  return () => refusalListeners.delete(listener)
}

/** Calls one contract route. Types come from the contract; there is no second copy of any shape here. */
export async function call<R extends Route>(
  route: R,
  request: Request<R>,
  options: CallOptions = {},
): Promise<Answer<R>> {
  const { params, query, body } = request as {
    params?: Record<string, string>
    query?: Record<string, unknown>
    body?: unknown
  }
  const headers: Record<string, string> = {}
  if (body !== undefined) headers['content-type'] = 'application/json'
  if (options.idempotencyKey) headers['idempotency-key'] = options.idempotencyKey
  return ask(`/api${fillPath(route.path, params)}${queryString(query)}`, {
    method: route.method,
    headers,
    body: body === undefined ? null : JSON.stringify(body),
    signal: options.signal ?? null,
  }) as Promise<Answer<R>>
}

/** Sends a file, which the contract's JSON routes cannot, and understands the same envelope. */
export async function upload<T>(path: string, form: FormData, options: CallOptions = {}): Promise<T> {
  return ask(`/api${path}`, { method: 'POST', body: form, signal: options.signal ?? null }) as Promise<T>
}

async function ask(url: string, init: RequestInit): Promise<unknown> {
  const response = await fetch(url, { credentials: 'same-origin', ...init }).catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw clientError(navigator.onLine ? 'network.unreachable' : 'network.offline')
  })
  const answer = await readJson(response)
  if (response.ok && answer?.success === true) return answer.data
  const error = refusalOf(response, answer)
  for (const listener of refusalListeners) listener(error)
  throw error
}

type Envelope = { success: true; data: unknown } | ErrorBody

async function readJson(response: Response): Promise<Envelope | undefined> {
  try {
    return (await response.json()) as Envelope
  } catch {
    return undefined
  }
}

function refusalOf(response: Response, answer: Envelope | undefined): ApiError {
  if (answer?.success === false)
    return new ApiError(answer.error.code, answer.message, response.status, answer.error.details)
  // A proxy in front of Parley answers with a page of its own while Parley restarts.
  return clientError(response.status >= 500 ? 'network.unreachable' : 'network.garbled', response.status)
}

function clientError(code: Exclude<ClientCode, ErrorCode>, status = 0): ApiError {
  return new ApiError(code, sentences[code], status)
}

function fillPath(path: string, params: Record<string, string> = {}): string {
  return path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
}

function queryString(query: Record<string, unknown> = {}): string {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '')
  const search = new URLSearchParams(entries.map(([name, value]) => [name, String(value)])).toString()
  return search && `?${search}`
}

/** What to tell a person about anything that was thrown. */
export function sentenceOf(error: unknown): string {
  return error instanceof ApiError
    ? error.message
    : 'Something went wrong in the dashboard. Reload the page and try again.'
}

/** The sentence per field of a `request.invalid` answer, keyed by the last part of its path. */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof ApiError) || !Array.isArray(error.details)) return {}
  const found: Record<string, string> = {}
  for (const issue of error.details as { path?: unknown; message?: unknown }[]) {
    const path = Array.isArray(issue.path) ? issue.path : String(issue.path ?? '').split('.')
    const name = path.findLast((part) => typeof part === 'string' && part !== '' && part !== 'body')
    if (name && typeof issue.message === 'string') found[name as string] ??= issue.message
  }
  return found
}
