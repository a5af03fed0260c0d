import { pipeline } from 'node:stream/promises'
import type { Request, Response } from 'express'
import type { MediaFiles } from '../platform/media/media.ts'

export type FileToSend = { sha256: string; bytes: number; mimeType: string; filename: string }

/** What browsers show without running anything in it. All else is handed over as a download. */
const shownInline = new Set([
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'audio/mpeg',
  'audio/ogg',
  'audio/aac',
  'audio/mp4',
  'video/mp4',
  'video/3gpp',
])

/** Bytes that strangers made, from our own origin: nothing of them may run, and nobody but this browser may keep them. */
export async function sendFile(
  request: Request,
  response: Response,
  files: Pick<MediaFiles, 'read'>,
  file: FileToSend,
): Promise<void> {
  const etag = `"${file.sha256}"`
  const isInline = shownInline.has(file.mimeType.split(';')[0]!) && request.query['download'] === undefined
  response.set({
    'content-type': file.mimeType,
    'content-disposition': disposition(isInline ? 'inline' : 'attachment', file.filename),
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
    // The bytes under one id never change.
    'cache-control': 'private, max-age=31536000, immutable',
    'accept-ranges': 'bytes',
    etag,
  })
  if (isKnown(request.headers['if-none-match'], etag)) return void response.status(304).end()
  const ifRange = request.headers['if-range']
  const range = ifRange === undefined || ifRange === etag ? readRange(request.headers.range, file.bytes) : undefined
  if (range === 'unsatisfiable') return void response.status(416).set('content-range', `bytes */${file.bytes}`).end()
  if (range) response.status(206).set('content-range', `bytes ${range.start}-${range.end}/${file.bytes}`)
  response.set('content-length', String(range ? range.end - range.start + 1 : file.bytes))
  if (request.method === 'HEAD') return void response.end()
  await pipeline(files.read(file.sha256, range), response).catch((error: NodeJS.ErrnoException) => {
    // The browser went away: it has seen enough of the film.
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
  })
}

/** RFC 6266: a plain name for old browsers, and the real one. */
export function disposition(kind: 'inline' | 'attachment', filename: string): string {
  const plain = filename.replace(/[^\x20-\x7e]|["\\%]/g, '_')
  const exact = encodeURIComponent(filename.toWellFormed()).replace(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${kind}; filename="${plain}"; filename*=UTF-8''${exact}`
}

function isKnown(header: string | undefined, etag: string): boolean {
  const known = header?.split(',').map((part) => part.trim().replace(/^W\//, '')) ?? []
  return known.includes(etag) || known.includes('*')
}

/** One range, as players ask for. Several at once are a way to make a server work, so they are refused. */
export function readRange(
  header: string | undefined,
  bytes: number,
): { start: number; end: number } | 'unsatisfiable' | undefined {
  if (header === undefined || !/^bytes=/i.test(header)) return undefined
  if (header.includes(',')) return 'unsatisfiable'
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(header) ?? []
  if (first === '' && last === '') return undefined
  if (first === '') {
    if (Number(last) === 0 || bytes === 0) return 'unsatisfiable'
    return { start: Math.max(0, bytes - Number(last)), end: bytes - 1 }
  }
  if (Number(first) >= bytes) return 'unsatisfiable'
  if (last !== '' && Number(last) < Number(first)) return undefined
  return { start: Number(first), end: last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1) }
}
