import type { MessageMedia } from '../../../../contract/messages.ts'
import type { IncomingMedia } from '../../channel.ts'
import { cutText, isObject, readId, readText } from '../json.ts'
import { compact, type UploadedMedia } from './kind.ts'

type Received = { media: MessageMedia; incoming?: IncomingMedia; caption?: string }

export function readMedia(payload: unknown): Received | undefined {
  if (!isObject(payload)) return undefined
  const described = compact({
    // Some tools hand on the backslash that JSON may write before a slash.
    mimeType: readText(payload['mime_type'])?.replaceAll('\\', '').toLowerCase(),
    sha256: readSha256(payload['sha256']),
    filename: readFilename(payload['filename']),
  })
  const providerMediaId = readId(payload['id'])
  const url = readText(payload['url'] ?? payload['link'])
  return compact({
    media: providerMediaId
      ? { ...described, state: 'pending' as const }
      : { ...described, state: 'failed' as const, error: 'WhatsApp did not say where this file is.' },
    incoming: providerMediaId ? compact({ providerMediaId, ...described, url }) : undefined,
    caption: readText(payload['caption']),
  })
}

/** Meta writes base64 in some webhooks and hexadecimal in others. */
export function readSha256(value: unknown): string | undefined {
  const text = readText(value)?.trim()
  if (!text) return undefined
  if (/^[0-9a-f]{64}$/i.test(text)) return text.toLowerCase()
  const bytes = Buffer.from(text, 'base64')
  return bytes.length === 32 ? bytes.toString('hex') : undefined
}

function readFilename(value: unknown): string | undefined {
  // A name only, never a path, and nothing that turns the reading direction to fake an ending.
  const name = readText(value)
    ?.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '')
    .split(/[/\\]/)
    .at(-1)
  return cutText(name?.trim() ?? '', 240) || undefined
}

/** `{ id }` of an uploaded file, or `{ link }` of one that Meta fetches itself. */
export function renderMedia(media: MessageMedia, uploaded: UploadedMedia): { id: string } | { link: string } {
  const id = media.id === undefined ? undefined : uploaded[media.id]
  if (id) return { id }
  if (media.link) return { link: media.link }
  throw new Error(`The file ${media.id ?? ''} was not uploaded before the message was sent.`)
}

export function acceptMedia({ mediaId, link }: { mediaId?: string; link?: string }): MessageMedia {
  return compact({ id: mediaId, link })
}
