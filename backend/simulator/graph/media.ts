import { createHash, createHmac } from 'node:crypto'
import type { Request, RequestHandler, Response } from 'express'
import { inSeconds } from '../clock.ts'
import { GraphError, noSuchObject } from '../errors/graph-error.ts'
import type { Fault } from '../faults/fault.ts'
import type { Simulation } from '../simulation.ts'
import type { Media } from '../world/world.ts'
import { requireAccess, resolveToken, tokenIn } from './access.ts'
import type { Call } from './call.ts'
import { findNumber } from './find.ts'
import { requireProduct } from './messages.ts'
import { Param } from './param.ts'
import { dropConnection, respond } from './respond.ts'

const DAY = 86_400_000
const LIFE = { uploaded: 30 * DAY, inbound: 7 * DAY }
const URL_SECONDS = 300
const DOWNLOAD_PATH = '/whatsapp_business/attachments/'

export function uploadMedia(call: Call, phoneNumberId: string): object {
  const number = findNumber(call, phoneNumberId, 'whatsapp_business_messaging')
  requireProduct(new Param(call.params))
  const file = call.request.file
  if (!file) throw new GraphError(100, { title: 'The parameter file is required.' })
  const mimeType = typeof call.params['type'] === 'string' ? call.params['type'] : file.mimetype
  if (!isSupported(mimeType)) {
    throw new GraphError(100, {
      title: `Param file must be a file with one of the following types: ${SUPPORTED.join(', ')}. Received file of type '${mimeType}'.`,
    })
  }
  if (file.size > maxBytes(mimeType))
    throw new GraphError(131053, { details: `Media file size too big. Max allowed size: ${maxBytes(mimeType)} bytes` })
  const media = storeMedia(call.simulation, {
    phoneNumberId: number.id,
    bytes: file.buffer,
    mimeType,
    filename: file.originalname,
    origin: 'uploaded',
  })
  return { id: media.id }
}

export function storeMedia(simulation: Simulation, media: Omit<Media, 'id' | 'createdAt'>): Media {
  const stored = { ...media, id: simulation.ids.node(16), createdAt: simulation.clock.now() }
  simulation.world.media.set(stored.id, stored)
  return stored
}

export function showMedia(call: Call, media: Media): object {
  findNumber(call, media.phoneNumberId, 'whatsapp_business_messaging')
  const guard = call.params['phone_number_id']
  const isAlive = call.simulation.clock.now() - media.createdAt < LIFE[media.origin]
  if (!isAlive || (guard !== undefined && guard !== media.phoneNumberId)) throw noSuchObject(media.id, call.method)
  return {
    messaging_product: 'whatsapp',
    url: downloadUrl(call.simulation, media),
    mime_type: media.mimeType,
    sha256: sha256Of(media, 'hex'),
    file_size: String(media.bytes.byteLength),
    id: media.id,
  }
}

export function deleteMedia(call: Call, media: Media): object {
  findNumber(call, media.phoneNumberId, 'whatsapp_business_messaging')
  call.simulation.world.media.delete(media.id)
  return { success: true }
}

export const sha256Of = (media: Media, encoding: 'hex' | 'base64'): string =>
  createHash('sha256').update(media.bytes).digest(encoding)

export function downloadUrl(simulation: Simulation, media: Media): string {
  const expires = inSeconds(simulation.clock.now()) + URL_SECONDS
  const query = new URLSearchParams({
    mid: media.id,
    source: 'getMedia',
    ext: String(expires),
    hash: urlHash(media.id, expires),
  })
  return `${simulation.baseUrl()}${DOWNLOAD_PATH}?${query.toString()}`
}

const urlHash = (id: string, expires: number): string =>
  createHmac('sha256', 'media urls').update(`${id} ${expires}`).digest('base64url').slice(0, 32)

/** The bytes, on a host of their own in Meta's world. Needs the same bearer token; a stale URL answers 404. */
export function downloadMedia(simulation: Simulation): RequestHandler {
  return (request: Request, response: Response) => {
    const { fault } = response.locals as { fault?: Fault }
    if (fault?.kind === 'redirect') return response.redirect(302, fault.to)
    const media = simulation.world.media.get(String(request.query['mid']))
    const expires = Number(request.query['ext'])
    const now = inSeconds(simulation.clock.now())
    const isGood = media && expires > now && request.query['hash'] === urlHash(media.id, expires)
    if (!isGood) return respond(request, response, 404, { error: 'not found' })
    const given = tokenIn(request)
    if (!given) return respond(request, response, 401, { error: 'unauthorized' })
    const accountId = simulation.world.phoneNumbers.get(media.phoneNumberId)?.accountId ?? ''
    requireAccess(resolveToken(simulation.world, given, now), 'whatsapp_business_messaging', accountId)
    return sendBytes(request, response, media, fault)
  }
}

function sendBytes(request: Request, response: Response, media: Media, fault: Fault | undefined): void {
  const filename = media.filename ?? 'file'
  response.status(200).set({
    'content-type': media.mimeType,
    'content-length': String(media.bytes.byteLength),
    'content-disposition': `inline; filename*=UTF-8''${encodeURIComponent(filename)}`,
  })
  if (fault?.kind === 'truncate' || fault?.kind === 'drop') {
    response.write(media.bytes.subarray(0, Math.floor(media.bytes.byteLength / 2)), () =>
      dropConnection(request, undefined),
    )
    return
  }
  response.end(media.bytes)
}

const SUPPORTED = [
  'audio/aac',
  'audio/mp4',
  'audio/mpeg',
  'audio/amr',
  'audio/ogg',
  'audio/opus',
  'application/vnd.ms-powerpoint',
  'application/msword',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/pdf',
  'text/plain',
  'application/vnd.ms-excel',
  'image/jpeg',
  'image/png',
  'image/webp',
  'video/mp4',
  'video/3gpp',
]

const isSupported = (mimeType: string): boolean => SUPPORTED.includes(mimeType.split(';')[0]?.trim() ?? '')

function maxBytes(mimeType: string): number {
  const MB = 1024 * 1024
  if (mimeType.startsWith('image/webp')) return 500 * 1024
  if (mimeType.startsWith('image/')) return 5 * MB
  return /^(audio|video)\//.test(mimeType) ? 16 * MB : 100 * MB
}
