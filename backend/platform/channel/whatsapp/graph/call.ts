import type { FileBody, FormBody, HttpAnswer, HttpClient, HttpFailure } from '../../../http-client.ts'
import type { Refusal } from '../../channel.ts'
import { refusalFrom } from '../errors.ts'
import { readFlag, readList, readObject, readText, type Json } from '../json.ts'
import { parseWebhookJson } from '../webhook.ts'

/** `unreachable`: no answer; nobody knows whether Meta did it when `refusal.ambiguous`. */
export type GraphFailure = { ok: false; kind: 'refused' | 'unreachable'; httpStatus: number | null; refusal: Refusal }
export type GraphResult<Value> = { ok: true; value: Value } | GraphFailure

type GraphOptions = {
  /** `https://graph.facebook.com`, or where the simulator listens. */
  baseUrl: string
  version: string
  http: HttpClient
  timeoutMs: number
  /** False in tests: nothing may reach the real WhatsApp from there. */
  allowRealHost: boolean
}

export type Call = {
  /** Never part of the address, never in an error. */
  token: string
  method?: 'GET' | 'POST' | 'DELETE'
  /** Each part is escaped: ids come from outside. */
  path: readonly string[]
  query?: { readonly [name: string]: string | number | undefined }
  json?: object
  body?: FileBody | FormBody
  headers?: Readonly<Record<string, string>>
  timeoutMs?: number
}

/** The largest answers are pages of templates. */
const longestAnswer = 8 * 1024 * 1024

export type Graph = {
  options: GraphOptions
  exchange(call: Call): Promise<HttpAnswer | HttpFailure>
  call(call: Call): Promise<GraphResult<Json>>
  /** Every row of a list, however many pages it takes. */
  pages(call: Call): Promise<GraphResult<Json[]>>
}

/** A list that has not ended by then goes in circles. */
const mostPages = 500
/** "This cursor is not good (any more)": the list is read again from the start. */
const badCursor = 131059

export function createGraph(options: GraphOptions): Graph {
  async function exchange({ token, method = 'GET', path, query, json, body, headers, timeoutMs }: Call) {
    const url = addressOf(options, path, query)
    if (isOutOfBounds(options, url.hostname)) return outOfBounds
    return options.http.request({
      method,
      url: url.href,
      headers: {
        authorization: `Bearer ${token}`,
        ...(json ? { 'content-type': 'application/json' } : {}),
        ...headers,
      },
      ...(json ? { body: JSON.stringify(json) } : body ? { body } : {}),
      timeoutMs: timeoutMs ?? options.timeoutMs,
      maxBytes: longestAnswer,
    })
  }

  async function call(request: Call): Promise<GraphResult<Json>> {
    const answer = await exchange(request)
    return answer.ok ? readAnswer(answer) : unreachable(answer)
  }

  async function pages(request: Call): Promise<GraphResult<Json[]>> {
    let rows: Json[] = []
    let restarts = 0
    let after: string | undefined
    for (let page = 0; page < mostPages; page++) {
      const result = await call({ ...request, query: { ...request.query, after } })
      if (!result.ok) {
        if (result.refusal.code !== badCursor || after === undefined || restarts++ > 0) return result
        rows = []
        after = undefined
        continue
      }
      rows.push(...readList(result.value['data']))
      const paging = readObject(result.value['paging'])
      after = readText(readObject(paging['cursors'])['after'])
      if (!paging['next'] || !after) break
    }
    return { ok: true, value: rows }
  }

  return { options, exchange, call, pages }
}

const outOfBounds: HttpFailure = { ok: false, kind: 'not_sent', reason: 'The real WhatsApp is out of bounds here.' }

export function isOutOfBounds({ allowRealHost }: GraphOptions, host: string): boolean {
  return !allowRealHost && /(^|\.)(facebook\.com|fbsbx\.com|fbcdn\.net|whatsapp\.net|whatsapp\.com)$/i.test(host)
}

function addressOf({ baseUrl, version }: GraphOptions, path: Call['path'], query: Call['query']): URL {
  const url = new URL(`${baseUrl.replace(/\/$/, '')}/${[version, ...path].map(encodeSegment).join('/')}`)
  for (const [name, value] of Object.entries(query ?? {}))
    if (value !== undefined) url.searchParams.set(name, String(value))
  return url
}

/** Ids of upload sessions have a colon, which is a fair character in a path. */
const encodeSegment = (part: string) => encodeURIComponent(part).replaceAll('%3A', ':')

function readAnswer(answer: HttpAnswer): GraphResult<Json> {
  const body = readBody(answer)
  const isSuccess = answer.status >= 200 && answer.status < 300 && readFlag(body['success']) !== false && !body['error']
  return isSuccess ? { ok: true, value: body } : refusedBy(answer.status, body)
}

export function readBody(answer: HttpAnswer): Json {
  try {
    return readObject(parseWebhookJson(answer.body.toString('utf8')))
  } catch {
    return {}
  }
}

export function refusedBy(httpStatus: number, body: Json): GraphFailure {
  return { ok: false, kind: 'refused', httpStatus, refusal: refusalFrom(httpStatus, body) }
}

export function unreachable({ kind, reason }: HttpFailure): GraphFailure {
  const message = 'WhatsApp could not be reached. Check the internet connection of this machine, or wait a moment.'
  const error = { code: 'meta.unreachable', message, actor: 'admin', action: 'wait', details: reason } as const
  const ambiguous = kind === 'interrupted' || kind === 'too_large'
  return { ok: false, kind: 'unreachable', httpStatus: null, refusal: { code: 0, scope: 'wait', ambiguous, error } }
}

export function mapResult<From, To>(result: GraphResult<From>, map: (value: From) => To): GraphResult<To> {
  return result.ok ? { ok: true, value: map(result.value) } : result
}
