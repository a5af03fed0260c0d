import type { SendableType } from '#contract/messages.ts'

export type FileKind = Extract<SendableType, 'image' | 'video' | 'audio' | 'document'>

const megabyte = 1_000_000
/** What WhatsApp takes, and how large (Cloud API, media). A picture or film over its limit still fits as a document. */
export const fileLimits: Record<FileKind, number> = {
  image: 5 * megabyte,
  video: 16 * megabyte,
  audio: 16 * megabyte,
  document: 100 * megabyte,
}
const types: Record<Exclude<FileKind, 'document'>, string[]> = {
  image: ['image/jpeg', 'image/png'],
  video: ['video/mp4', 'video/3gpp'],
  audio: ['audio/aac', 'audio/mp4', 'audio/mpeg', 'audio/amr', 'audio/ogg'],
}

/** How a file is sent: what WhatsApp does not show by itself goes as a document. */
export function kindOfFile({ type, size }: { type: string; size: number }): FileKind {
  const bare = type.split(';')[0]!.trim()
  const kind = (['image', 'video', 'audio'] as const).find((candidate) => types[candidate].includes(bare))
  return kind && size <= fileLimits[kind] ? kind : 'document'
}

export const isTooLarge = ({ size }: { size: number }) => size > fileLimits.document
