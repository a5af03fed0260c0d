import { readFileSync } from 'node:fs'

/** Small real files that a browser shows and plays: what a customer sends when a test does not care about the bytes. */
const FILES = {
  image: { file: 'photo.jpg', mimeType: 'image/jpeg' },
  video: { file: 'clip.mp4', mimeType: 'video/mp4' },
  audio: { file: 'voice.ogg', mimeType: 'audio/ogg; codecs=opus' },
  voice: { file: 'voice.ogg', mimeType: 'audio/ogg; codecs=opus' },
  document: { file: 'invoice.pdf', mimeType: 'application/pdf' },
  sticker: { file: 'sticker.webp', mimeType: 'image/webp' },
} as const

export type MediaName = keyof typeof FILES

export const isMediaName = (name: string): name is MediaName => name in FILES

export function readSample(name: MediaName): { bytes: Uint8Array; mimeType: string; filename: string } {
  const { file, mimeType } = FILES[name]
  return { bytes: readFileSync(new URL(file, import.meta.url)), mimeType, filename: file }
}
