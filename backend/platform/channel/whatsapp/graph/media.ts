import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { HttpStream } from '../../../http-client.ts'
import type { Credentials } from '../../channel.ts'
import { readId, readNumber, readText } from '../json.ts'
import { compact } from '../messages/kind.ts'
import { readSha256 } from '../messages/media.ts'
import {
  isOutOfBounds,
  mapResult,
  readBody,
  refusedBy,
  unreachable,
  type Graph,
  type GraphFailure,
  type GraphResult,
} from './call.ts'

export type UploadFile = {
  from: { path: string } | { bytes: Buffer }
  mimeType: string
  filename: string
}

export type MediaAddress = { url: string; mimeType?: string; sha256?: string; bytes?: number }
export type MediaDownload = { stream: Readable; mimeType: string | null; bytes: number | null }

/** Meta hands over no larger files. */
const largestFile = 100 * 1024 * 1024
export const uploadTimeout = 5 * 60_000

/** Kept at Meta for 30 days. */
export async function uploadMedia(
  graph: Graph,
  { accessToken: token, phoneNumberId }: Credentials,
  { from, mimeType, filename }: UploadFile,
): Promise<GraphResult<{ providerMediaId: string }>> {
  const body = {
    fields: { messaging_product: 'whatsapp', type: mimeType },
    file: { field: 'file', filename, mimeType, from },
  }
  const result = await graph.call({
    token,
    method: 'POST',
    path: [phoneNumberId, 'media'],
    body,
    timeoutMs: uploadTimeout,
  })
  if (!result.ok) return result
  const providerMediaId = readId(result.value['id'])
  return providerMediaId ? { ok: true, value: { providerMediaId } } : refusedBy(200, result.value)
}

/** The address is good for five minutes. */
export async function getMediaUrl(
  graph: Graph,
  { accessToken: token, phoneNumberId }: Credentials,
  providerMediaId: string,
): Promise<GraphResult<MediaAddress>> {
  const result = await graph.call({ token, path: [providerMediaId], query: { phone_number_id: phoneNumberId } })
  if (!result.ok) return result
  const url = readText(result.value['url'])
  if (!url) return refusedBy(200, result.value)
  const { mime_type, sha256, file_size } = result.value
  return {
    ok: true,
    value: compact({ url, mimeType: readText(mime_type), sha256: readSha256(sha256), bytes: readNumber(file_size) }),
  }
}

export async function deleteMedia(
  graph: Graph,
  { accessToken: token }: Credentials,
  providerMediaId: string,
): Promise<GraphResult<void>> {
  return mapResult(await graph.call({ token, method: 'DELETE', path: [providerMediaId] }), () => undefined)
}

/**
 * The bytes behind an address of Meta. The address came in a webhook or an answer, so it is not trusted: only Meta's
 * hosts are asked, and the token does not go along when one of them points to another.
 */
export async function downloadMedia(
  graph: Graph,
  { accessToken }: Credentials,
  url: string,
): Promise<GraphResult<MediaDownload>> {
  let address = url
  let token: string | undefined = accessToken
  for (let hops = 0; hops < 4; hops++) {
    if (!isAllowed(graph, address)) return foreign
    const answer = await graph.options.http.open({
      url: address,
      headers: token ? { authorization: `Bearer ${token}` } : {},
      timeoutMs: graph.options.timeoutMs,
      maxBytes: largestFile,
      publicOnly: !isOwnHost(graph, address),
    })
    if (!answer.ok) return unreachable(answer)
    const location = answer.status >= 300 && answer.status < 400 ? answer.header('location') : null
    if (location === null) return readDownload(answer)
    answer.stream.destroy()
    if (!URL.canParse(location, address)) return foreign
    const next = new URL(location, address)
    if (next.origin !== new URL(address).origin) token = undefined
    address = next.href
  }
  return foreign
}

async function readDownload(answer: HttpStream): Promise<GraphResult<MediaDownload>> {
  if (answer.status === 200)
    return {
      ok: true,
      value: {
        stream: answer.stream,
        mimeType: answer.header('content-type'),
        bytes: readNumber(answer.header('content-length') ?? undefined) ?? null,
      },
    }
  // An error page is short; the beginning of a wrong file is not worth reading.
  const body = await buffer(answer.stream.take(16)).catch(() => Buffer.alloc(0))
  return refusedBy(answer.status, readBody({ ...answer, body }))
}

const metaHosts = ['lookaside.fbsbx.com', 'fbsbx.com', 'fbcdn.net', 'facebook.com', 'whatsapp.net']

function isAllowed(graph: Graph, address: string): boolean {
  if (!URL.canParse(address)) return false
  if (isOwnHost(graph, address)) return true
  const { protocol, hostname, username, password, port } = new URL(address)
  const isMeta = metaHosts.some((host) => hostname === host || hostname.endsWith(`.${host}`))
  return isMeta && protocol === 'https:' && !username && !password && !port && !isOutOfBounds(graph.options, hostname)
}

/** The simulator's, or whatever stands in for Meta. */
function isOwnHost({ options }: Graph, address: string): boolean {
  return (
    new URL(address).origin === new URL(options.baseUrl).origin && !isOutOfBounds(options, new URL(address).hostname)
  )
}

const foreign: GraphFailure = {
  ok: false,
  kind: 'refused',
  httpStatus: null,
  refusal: {
    code: 0,
    scope: 'message',
    ambiguous: false,
    error: {
      code: 'media.foreign_host',
      message: 'This file does not lie at WhatsApp, so it was not fetched.',
      actor: 'nobody',
      action: 'none',
    },
  },
}
