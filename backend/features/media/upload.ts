import { Readable } from 'node:stream'
import type { MediaUpload } from '../../contract/media.ts'
import { AppError } from '../../errors.ts'
import type { Context } from '../../feature.ts'
import type { Channel, Media } from '../../model/index.ts'
import { changeEach } from '../change-each.ts'
import { checkMediaForType, type Credentials, type GraphClient } from '../../platform/channel/channel.ts'
import { day } from '../../platform/clock.ts'
import {
  describeFile,
  withoutPrivateData,
  type Draft,
  type FileFacts,
  type MediaFiles,
} from '../../platform/media/media.ts'
import type { Quota } from './quota.ts'

/** Bytes that somebody sent, and what they said about them. */
export type Uploaded = MediaUpload & { draft: Draft; mimeType: string | null; filename: string | null }

/** More than any camera has; a browser would unpack it to gigabytes. */
const mostPixels = 100_000_000

/** Keeps an uploaded file for sending. Whoever made the draft discards it, whatever comes of this. */
export async function storeUpload(
  { files, quota }: { files: Pick<MediaFiles, 'receive'>; quota: Quota },
  context: Context,
  { draft: given, type, voice, ...said }: Uploaded,
): Promise<Media> {
  const filename = cleanFilename(said.filename)
  const facts = await describeFile(given.path, { mimeType: said.mimeType, filename })
  refuseUnusable(facts, given.bytes, { type, voice })
  const { mimeType, width, height, animated } = facts
  const release = await quota.reserve(context, given.bytes)
  try {
    const draft = await hidePrivateData(files, given, mimeType)
    // First the bytes, then the record that names them.
    await draft.keep().finally(() => draft !== given && draft.discard())
    return await context.store.media.insert({
      state: 'ready',
      sha256: draft.sha256,
      mimeType,
      bytes: draft.bytes,
      filename,
      userId: context.user?.id ?? null,
      details: {
        ...(width && height ? { width, height } : {}),
        ...(animated ? { animated } : {}),
        ...(voice ? { voice } : {}),
      },
    })
  } finally {
    release()
  }
}

/** Where a picture was taken is nobody's business but the sender's. What is cut away is gone before anything is kept. */
async function hidePrivateData(files: Pick<MediaFiles, 'receive'>, given: Draft, mimeType: string): Promise<Draft> {
  const pieces = await withoutPrivateData(given.path, mimeType)
  // A few bytes more than before, when a note of which way up it is takes the place of none.
  return pieces ? files.receive(Readable.from(pieces), { maxBytes: given.bytes + 1024 }) : given
}

function refuseUnusable(facts: FileFacts, bytes: number, { type, voice }: MediaUpload): void {
  const { mimeType, width = 0, height = 0, channels } = facts
  if (bytes === 0)
    throw new AppError('request.invalid', { details: [{ path: 'body.file', message: 'This file is empty.' }] })
  if (width * height > mostPixels)
    throw new AppError('media.too_large', { details: 'This picture has too many pixels.' })
  if (voice && (mimeType !== 'audio/ogg; codecs=opus' || channels !== 1))
    throw new AppError('media.type_not_allowed', {
      details: 'A voice note is an OGG file with Opus sound and one channel.',
    })
  const purpose = type ?? (voice ? 'audio' : undefined)
  const problem = purpose && checkMediaForType(purpose, mimeType, bytes)
  if (!problem) return
  throw new AppError(/larger/.test(problem) ? 'media.too_large' : 'media.type_not_allowed', { details: problem })
}

/** A name only, never a path, and nothing that turns the reading direction to fake an ending. */
export function cleanFilename(name: string | null): string | null {
  const last = (name ?? '').toWellFormed().split(/[/\\]/).at(-1)!
  const visible = last.replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '').trim()
  if (visible === '' || /^\.+$/.test(visible)) return null
  const ending = /\.[^.]{1,10}$/.exec(visible)?.[0] ?? ''
  return visible.length <= 240 ? visible : visible.slice(0, 240 - ending.length).toWellFormed() + ending
}

type ProviderDeps = {
  files: MediaFiles
  apiFor: (channel: Channel) => Pick<GraphClient, 'uploadMedia'>
  credentialsOf: (channel: Channel) => Credentials | undefined
}

const keptByMeta = 30 * day
/** An id that ends soon could end while the message waits for its turn. */
const margin = day

/** Gives Meta's id of a stored file, uploading it first when Meta does not have it (any more). */
export function createProviderMediaFor({ files, apiFor, credentialsOf }: ProviderDeps) {
  return async ({ store, now }: Context, channel: Channel, mediaId: string): Promise<string> => {
    const file = await store.media.get(mediaId)
    if (!file) throw new AppError('media.not_found')
    if (file.state !== 'ready' || !file.sha256) throw new AppError('media.not_ready')
    const instant = now().getTime()
    const known = file.details.uploads?.[channel.id]
    if (known && Date.parse(known.expiresAt) > instant + margin) return known.id
    const credentials = credentialsOf(channel)
    if (!credentials) throw new AppError('channel.none')
    const mimeType = nameForMeta(file.mimeType)
    const from = { path: files.pathOf(file.sha256) }
    const uploaded = await apiFor(channel).uploadMedia(credentials, {
      from,
      mimeType,
      filename: file.filename ?? 'file',
    })
    if (!uploaded.ok) throw refusalOf(uploaded)
    const { providerMediaId: id } = uploaded.value
    const upload = { id, expiresAt: new Date(instant + keptByMeta).toISOString() }
    await changeEach(store.media, [file.id], ({ details }) => ({
      details: { ...details, uploads: { ...details.uploads, [channel.id]: upload } },
    }))
    return id
  }
}

/** Meta knows one kind of text. */
const nameForMeta = (mimeType: string | null) =>
  mimeType?.startsWith('text/') ? 'text/plain' : (mimeType ?? 'application/octet-stream')

type Failure = Extract<Awaited<ReturnType<GraphClient['uploadMedia']>>, { ok: false }>

/** What concerns this file alone is definite; anything else passes, so the message waits. */
function refusalOf({ kind, refusal }: Failure): Error {
  const { message, details } = refusal.error
  if (kind === 'refused' && refusal.scope === 'message' && !refusal.retryAfter)
    return new AppError('message.media_unusable', { details: details ?? message })
  return new Error(message)
}
