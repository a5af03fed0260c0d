import { lookup } from 'node:dns'
import { Agent as HttpAgent, type ClientRequest } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { isIP, type LookupFunction, type Socket } from 'node:net'
import { pipeline, Transform, type Readable } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import fetch, { File, fileFrom, FormData, type BodyInit, type Response } from 'node-fetch'
import { createReach, placeOf, type Reach, type ReachFault } from './public-address.ts'

/*
 * HTTP client: every request that leaves Parley goes through here.
 *
 * - nothing throws: an answer of any status is an answer, everything else is a failure with its kind
 * - not_sent:    not one byte of the request was written; sending it again cannot do it twice
 * - interrupted: bytes were written and the answer did not come whole, so nobody knows what the other side did
 * - forbidden:   refused before a connection was made, because the address is not a public one
 * - redirects are never followed: the answer says where to, and the caller knows what may go there
 */
export type HttpRequest = {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  url: string
  headers?: Readonly<Record<string, string>>
  body?: string | Buffer | FileBody | FormBody
  /** The whole exchange; for a stream the wait for its beginning, and then for each further piece. */
  timeoutMs: number
  /** Of the body of the answer, unpacked. */
  maxBytes: number
  /** For addresses that a person chose: public hosts and ports of the web only, whatever their names resolve to. */
  publicOnly?: boolean
}

export type FileBody = { path: string; mimeType: string }
export type FormBody = {
  fields: Readonly<Record<string, string>>
  file: { field: string; filename: string; mimeType: string; from: { path: string } | { bytes: Buffer } }
}

type Answered = { ok: true; status: number; header: (name: string) => string | null }
export type HttpAnswer = Answered & { body: Buffer }
export type HttpStream = Answered & { stream: Readable }
export type HttpFailure = { ok: false; kind: 'not_sent' | 'interrupted' | 'too_large' | 'forbidden'; reason: string }

export type HttpClient = {
  request(request: HttpRequest): Promise<HttpAnswer | HttpFailure>
  /** The body as a stream that fails when it stalls or grows beyond `maxBytes`. */
  open(request: HttpRequest): Promise<HttpStream | HttpFailure>
  /** Ends the idle connections. */
  close(): void
}

// Shorter than any server or balancer keeps an idle connection: a request on one that is just being closed would end as
// "nobody knows whether it arrived".
const idleMs = 4000

type Options = {
  /** Networks in CIDR notation that `publicOnly` requests may reach all the same. */
  allowAddresses?: readonly string[]
  /** Which addresses a name has: the resolver of the system. */
  resolve?: LookupFunction
}

export function createHttpClient({ allowAddresses = [], resolve = lookup }: Options = {}): HttpClient {
  const reach = createReach(allowAddresses)
  const lookupFor = (port: number) => judgedLookup(reach, port, resolve)
  const options = { keepAlive: true, timeout: idleMs }
  const makeAgents = () => ({ http: new HttpAgent(options), https: new HttpsAgent(options) })
  // A connection that was made without a judgement must never serve a request that needs one.
  const agents = { any: makeAgents(), public: makeAgents() }

  async function exchange(request: HttpRequest): Promise<{ response: Response; watch: Watch } | HttpFailure> {
    const refusal = refuseAddress(request, reach)
    if (refusal) return refusal
    const watch = startWatch(request.timeoutMs)
    const { http, https } = agents[request.publicOnly ? 'public' : 'any']
    const guard = request.publicOnly ? lookupFor(placeOf(request.url).port) : undefined
    try {
      const response = await fetch(request.url, {
        method: request.method ?? 'GET',
        headers: { 'user-agent': 'Parley', ...request.headers },
        ...(request.body === undefined ? {} : { body: await bodyOf(request.body) }),
        redirect: 'manual',
        signal: watch.signal,
        size: request.maxBytes,
        agent: (url) => watchedAgent(url.protocol === 'https:' ? https : http, watch, guard),
      })
      return { response, watch }
    } catch (error) {
      watch.stop()
      return failureOf(error, watch)
    }
  }

  return {
    async request(request) {
      const exchanged = await exchange(request)
      if ('kind' in exchanged) return exchanged
      const { response, watch } = exchanged
      try {
        const body = Buffer.from(await response.arrayBuffer())
        return { ...answered(response), body }
      } catch (error) {
        return failureOf(error, watch)
      } finally {
        watch.stop()
      }
    },

    async open(request) {
      const exchanged = await exchange(request)
      if ('kind' in exchanged) return exchanged
      const { response, watch } = exchanged
      const limit = limitBytes(request.maxBytes, watch)
      if (!response.body) return { ...answered(response), stream: limit.end() }
      // A failure reaches the reader through `limit`, which pipeline destroys with it.
      pipeline(response.body as Readable, limit, () => watch.stop())
      return { ...answered(response), stream: limit }
    },

    close() {
      for (const { http, https } of Object.values(agents)) {
        http.destroy()
        https.destroy()
      }
    },
  }
}

function answered(response: Response): Answered {
  return { ok: true, status: response.status, header: (name) => response.headers.get(name) }
}

const forbidden: { [Fault in ReachFault]: HttpFailure } = {
  private: { ok: false, kind: 'forbidden', reason: 'The address belongs to a private network.' },
  port: { ok: false, kind: 'forbidden', reason: 'The port of the address is not one of the web.' },
}

function refuseAddress({ url, publicOnly }: HttpRequest, reach: Reach): HttpFailure | undefined {
  if (!URL.canParse(url)) return { ok: false, kind: 'forbidden', reason: 'This is not an address.' }
  const { protocol, username, password } = new URL(url)
  if (protocol !== 'https:' && protocol !== 'http:')
    return { ok: false, kind: 'forbidden', reason: 'The address must begin with https:// or http://.' }
  if (publicOnly && (username || password))
    return { ok: false, kind: 'forbidden', reason: 'The address must not hold a name or a password.' }
  const { host, port } = placeOf(url)
  const fault = publicOnly && isIP(host) !== 0 ? reach.faultOf(host, port) : undefined
  return fault && forbidden[fault]
}

/**
 * Finds the addresses of a name and refuses all of them when one is out of reach. The connection is made to what this answers,
 * so no second question to the name server, and no other answer, stands between the judgement and the connection.
 */
function judgedLookup(reach: Reach, port: number, resolve: LookupFunction): LookupFunction {
  return (host, options, done) =>
    resolve(host, options, (error, found, family) => {
      const addresses = error ? [] : typeof found === 'string' ? [found] : found.map(({ address }) => address)
      const fault = addresses.map((address) => reach.faultOf(address, port)).find(Boolean)
      if (fault) done(Object.assign(new Error(forbidden[fault].reason), { code: fault }), [])
      else done(error, found, family)
    })
}

async function bodyOf(body: NonNullable<HttpRequest['body']>): Promise<BodyInit> {
  if (typeof body === 'string' || Buffer.isBuffer(body)) return body
  if ('path' in body) return fileFrom(body.path, body.mimeType)
  const form = new FormData()
  for (const [name, value] of Object.entries(body.fields)) form.set(name, value)
  const { field, filename, mimeType: type, from } = body.file
  const part = 'path' in from ? await fileFrom(from.path, type) : new Uint8Array(from.bytes)
  form.set(field, new File([part], filename, { type }), filename)
  return form
}

/** Follows one exchange: whether bytes of the request were written, and whether it takes too long. */
type Watch = { wrote: boolean; timedOut: boolean; signal: AbortSignal; restart(): void; stop(): void }

function startWatch(timeoutMs: number): Watch {
  const controller = new AbortController()
  const expire = () => {
    watch.timedOut = true
    controller.abort()
  }
  let timer = setTimeout(expire, timeoutMs)
  const watch: Watch = {
    wrote: false,
    timedOut: false,
    signal: controller.signal,
    restart() {
      clearTimeout(timer)
      timer = setTimeout(expire, timeoutMs)
    },
    stop: () => clearTimeout(timer),
  }
  return watch
}

/** The shared agent, reporting when the connection of this request is ready: from then on bytes are written. */
function watchedAgent<Agent extends HttpAgent>(agent: Agent, watch: Watch, guard: LookupFunction | undefined): Agent {
  return Object.create(agent, {
    addRequest: {
      value(request: ClientRequest, options: object) {
        request.once('socket', (socket) => noteWriting(socket, watch))
        const guarded = guard ? { ...options, lookup: guard } : options
        ;(agent as unknown as { addRequest(...args: unknown[]): void }).addRequest(request, guarded)
      },
    },
  }) as Agent
}

function noteWriting(socket: Socket, watch: Watch): void {
  const tls = socket as Socket & Partial<Pick<TLSSocket, 'encrypted'>> & { secureConnecting?: boolean }
  if (!socket.connecting && !tls.secureConnecting) watch.wrote = true
  else socket.once(tls.encrypted ? 'secureConnect' : 'connect', () => (watch.wrote = true))
}

/** The reason names codes only: messages of network errors repeat the address, which may hold a token. */
function failureOf(error: unknown, watch: Watch): HttpFailure {
  const { type, code } = error as { type?: string; code?: string }
  if (type === 'max-size' || code === 'TOO_LARGE')
    return { ok: false, kind: 'too_large', reason: 'The answer is too large.' }
  if (code === 'private' || code === 'port') return forbidden[code]
  const reason = watch.timedOut ? 'It took too long.' : (code ?? type ?? 'The connection broke.')
  return { ok: false, kind: watch.wrote ? 'interrupted' : 'not_sent', reason }
}

function limitBytes(maxBytes: number, watch: Watch): Transform {
  let bytes = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      watch.restart()
      if (bytes > maxBytes) done(Object.assign(new Error('The answer is too large.'), { code: 'TOO_LARGE' }))
      else done(null, chunk)
    },
  })
}
