import { expect, test } from 'vitest'
import type { MessageType } from '../../../contract/messages.ts'
import { checkMediaForType } from './limits.ts'

const MB = 1024 * 1024

test.each<[MessageType, string, number]>([
  ['image', 'image/jpeg', 5 * MB],
  ['image', 'image/png', 1],
  ['image', 'image/jpg', 1],
  ['video', 'video/mp4', 16 * MB],
  ['video', 'video/3gpp', 1],
  ['audio', 'audio/ogg; codecs=opus', 16 * MB],
  ['audio', 'audio/ogg', 1],
  ['audio', 'audio/mpeg', 1],
  ['audio', 'audio/x-m4a', 1],
  ['sticker', 'image/webp', 500 * 1024],
  ['document', 'application/pdf', 100 * MB],
  ['document', 'application/x-something', 1],
])('%s takes %s of %i bytes', (type, mimeType, bytes) => {
  expect(checkMediaForType(type, mimeType, bytes)).toBeUndefined()
})

test.each<[MessageType, string, number, string]>([
  ['image', 'image/jpeg', 5 * MB + 1, '5 MB'],
  ['image', 'image/gif', 1, 'JPEG or PNG'],
  ['image', 'image/webp', 1, 'JPEG or PNG'],
  ['video', 'video/webm', 1, 'MP4 or 3GP'],
  ['video', 'video/mp4', 16 * MB + 1, '16 MB'],
  ['audio', 'audio/webm; codecs=opus', 1, 'OGG'],
  ['audio', 'audio/ogg; codecs=vorbis', 1, 'Opus'],
  ['audio', 'audio/wav', 1, 'MP3'],
  ['sticker', 'image/png', 1, 'WebP'],
  ['sticker', 'image/webp', 500 * 1024 + 1, '500 kB'],
  ['document', 'application/pdf', 100 * MB + 1, '100 MB'],
  ['image', 'image/jpeg', 0, 'empty'],
])('%s does not take %s of %i bytes and names %s', (type, mimeType, bytes, word) => {
  expect(checkMediaForType(type, mimeType, bytes)).toContain(word)
})

test('a voice message is OGG with Opus', () => {
  expect(checkMediaForType('audio', 'audio/mpeg', 1, { voice: true })).toContain('OGG')
  expect(checkMediaForType('audio', 'audio/ogg; codecs=opus', 1, { voice: true })).toBeUndefined()
})
