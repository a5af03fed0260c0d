import type { MessageType } from '../../../contract/messages.ts'

const KB = 1024
const MB = 1024 * KB

type Limit = { mimeTypes: readonly string[]; bytes: number; formats: string }

/** What Meta takes per type. Documents may be of any kind; the listed ones are shown with a picture of the first page. */
const limits: { [type in 'image' | 'video' | 'audio' | 'sticker']: Limit } = {
  image: { mimeTypes: ['image/jpeg', 'image/png'], bytes: 5 * MB, formats: 'JPEG or PNG' },
  video: { mimeTypes: ['video/mp4', 'video/3gpp'], bytes: 16 * MB, formats: 'MP4 or 3GP' },
  audio: {
    mimeTypes: ['audio/aac', 'audio/amr', 'audio/mpeg', 'audio/mp4', 'audio/ogg'],
    bytes: 16 * MB,
    formats: 'MP3, M4A, AAC, AMR or OGG (Opus)',
  },
  sticker: { mimeTypes: ['image/webp'], bytes: 500 * KB, formats: 'WebP' },
}
const documentBytes = 100 * MB

const otherNames: { [mimeType: string]: string } = {
  'image/jpg': 'image/jpeg',
  'audio/mp3': 'audio/mpeg',
  'audio/m4a': 'audio/mp4',
  'audio/x-m4a': 'audio/mp4',
  'video/3gp': 'video/3gpp',
}

/** Why Meta would refuse this file as this type of message, in one sentence; undefined when it would take it. */
export function checkMediaForType(
  type: MessageType,
  mimeType: string,
  bytes: number,
  { voice = false }: { voice?: boolean } = {},
): string | undefined {
  if (bytes <= 0) return 'This file is empty.'
  if (type === 'document') return bytes > documentBytes ? tooLarge(documentBytes) : undefined
  if (!(type in limits)) return undefined
  const { mimeTypes, bytes: most, formats } = limits[type as keyof typeof limits]
  const plain = plainMimeType(mimeType)
  if (!mimeTypes.includes(plain)) return `WhatsApp takes ${formats} here. Send this file as a document instead.`
  if (voice && plain !== 'audio/ogg') return 'A voice message must be an OGG file with Opus sound.'
  if (plain === 'audio/ogg' && /codecs=/i.test(mimeType) && !/codecs="?opus/i.test(mimeType))
    return 'WhatsApp takes OGG files with Opus sound only. Send this file as a document instead.'
  return bytes > most ? tooLarge(most) : undefined
}

/** The name that Meta knows, without parameters: `audio/ogg; codecs=opus` is `audio/ogg`. */
function plainMimeType(mimeType: string): string {
  const plain = mimeType.split(';')[0]!.trim().toLowerCase()
  return otherNames[plain] ?? plain
}

function tooLarge(most: number): string {
  const size = most >= MB ? `${most / MB} MB` : `${most / KB} kB`
  return `This file is larger than WhatsApp takes here (${size}).`
}
