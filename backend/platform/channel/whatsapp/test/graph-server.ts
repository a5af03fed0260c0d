import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach } from 'vitest'
import { createHttpClient } from '../../../http-client.ts'
import { createGraphClient, type GraphClient } from '../client.ts'

export const token = 'EAASECRET'
export const credentials = { phoneNumberId: '106', businessAccountId: '102', accessToken: token }
export const account = { businessAccountId: '102', accessToken: token }

export type Seen = {
  method: string
  path: string
  query: Record<string, string>
  headers: IncomingMessage['headers']
  body: string
  json: unknown
}
type Reply = (request: IncomingMessage, response: ServerResponse) => unknown

const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp()
})

/** Answers JSON with a status. */
export const answer =
  (body: unknown, status = 200): Reply =>
  (_request, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

/** A listening server in Meta's place: gives the replies in turn, the last one again and again. */
export async function startGraph(...replies: Reply[]): Promise<{ client: GraphClient; seen: Seen[]; url: string }> {
  const seen: Seen[] = []
  const server = createServer(async (request, response) => {
    const reply = replies[Math.min(seen.length, replies.length - 1)]!
    seen.push(await describeRequest(request))
    await reply(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanUps.push(() => new Promise((resolve) => server.close(resolve)))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { client: connect(url), seen, url }
}

export function connect(baseUrl: string, timeoutMs = 2000): GraphClient {
  const http = createHttpClient()
  cleanUps.push(() => http.close())
  return createGraphClient({ baseUrl, version: 'v25.0', http, timeoutMs, allowRealHost: false })
}

async function describeRequest(request: IncomingMessage): Promise<Seen> {
  const { pathname, searchParams } = new URL(request.url!, 'http://x')
  const body = await text(request)
  return {
    method: request.method!,
    path: pathname,
    query: Object.fromEntries(searchParams),
    headers: request.headers,
    body,
    json: request.headers['content-type'] === 'application/json' ? JSON.parse(body) : undefined,
  }
}
