import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import { measureImage } from './image-size.ts'
import { describeFile } from './media.ts'
import type { Claim } from './sniff.ts'

const sampleFolder = join(import.meta.dirname, '../../simulator/samples')
const sample = (name: string) => readFile(join(sampleFolder, name))

async function describeBytes(bytes: Buffer | string, claim?: Claim) {
  const folder = await mkdtemp(join(tmpdir(), 'parley-sniff-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const path = join(folder, 'file')
  await writeFile(path, bytes)
  return describeFile(path, claim)
}

describe('the bytes decide what a file is', () => {
  test.each([
    ['photo.jpg', 'image/jpeg'],
    ['sticker.webp', 'image/webp'],
    ['voice.ogg', 'audio/ogg; codecs=opus'],
    ['clip.mp4', 'video/mp4'],
    ['invoice.pdf', 'application/pdf'],
  ])('%s is %s, whatever is claimed', async (name, mimeType) => {
    const bytes = await sample(name)
    for (const claimed of [undefined, 'text/html', 'image/svg+xml', 'image/png', 'text/plain'])
      expect((await describeBytes(bytes, { mimeType: claimed, filename: 'page.html' })).mimeType).toBe(mimeType)
  })

  test.each([
    ['HTML', '<!doctype html><script>alert(1)</script>', 'text/html'],
    ['HTML that is called a photo', '<script>alert(1)</script>', 'image/jpeg'],
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', 'image/svg+xml'],
    ['a script', 'alert(1)', 'text/javascript'],
    ['nothing', '', 'image/png'],
    ['a broken zip', Buffer.from('504b0304deadbeef', 'hex'), 'application/pdf'],
  ])('%s is never something a browser would run', async (_what, bytes, mimeType) => {
    const facts = await describeBytes(bytes, { mimeType })
    expect(['application/octet-stream', 'application/zip']).toContain(facts.mimeType)
  })

  test('SVG with an XML declaration is not a picture', async () => {
    const { mimeType } = await describeBytes('<?xml version="1.0"?><svg onload="alert(1)"/>', {
      mimeType: 'image/svg+xml',
    })
    expect(mimeType).not.toMatch(/svg|html/)
  })

  test('plain text is believed when it is text', async () => {
    expect((await describeBytes('Olá, três cafés ☕', { mimeType: 'text/plain; charset=utf-8' })).mimeType).toBe(
      'text/plain',
    )
    expect((await describeBytes('a;b\n1;2', { filename: 'Preise.CSV' })).mimeType).toBe('text/csv')
    expect((await describeBytes(Buffer.from([0, 1, 2, 3]), { mimeType: 'text/plain' })).mimeType).toBe(
      'application/octet-stream',
    )
    expect((await describeBytes(Buffer.from([0xff, 0xfe, 0x41]), { mimeType: 'text/plain' })).mimeType).not.toBe(
      'text/plain',
    )
  })

  test('among the names of one container the claimed one stands', async () => {
    const clip = await sample('clip.mp4')
    expect((await describeBytes(clip, { mimeType: 'audio/mp4' })).mimeType).toBe('audio/mp4')
    expect((await describeBytes(clip, { mimeType: 'audio/x-m4a' })).mimeType).toBe('audio/mp4')
    const oldOffice = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(1024)])
    expect((await describeBytes(oldOffice, { filename: 'Angebot.doc' })).mimeType).toBe('application/msword')
    expect((await describeBytes(oldOffice, { mimeType: 'text/html' })).mimeType).toBe('application/x-cfb')
  })

  test('OGG tells its codec, and Opus its channels', async () => {
    expect(await describeBytes(await sample('voice.ogg'))).toEqual({ mimeType: 'audio/ogg; codecs=opus', channels: 1 })
    const page = (packet: string) =>
      Buffer.concat([
        Buffer.from('OggS'),
        Buffer.alloc(22),
        Buffer.from([1, packet.length]),
        Buffer.from(packet, 'latin1'),
      ])
    expect((await describeBytes(page('\u0001vorbis…'))).mimeType).toBe('audio/ogg; codecs=vorbis')
    expect((await describeBytes(page('OpusHead\u0001\u0002…'))).channels).toBe(2)
    expect((await describeBytes(page('something'))).mimeType).toBe('application/ogg')
  })
})

describe('the size of a picture', () => {
  test('is read from the samples', async () => {
    for (const name of ['photo.jpg', 'sticker.webp']) {
      const { width, height } = await describeBytes(await sample(name))
      expect([width, height]).toEqual([expect.any(Number), expect.any(Number)])
    }
  })

  test('of a PNG stands in its first chunk', async () => {
    expect(await describeBytes(png(640, 480))).toEqual({ mimeType: 'image/png', width: 640, height: 480 })
  })

  test('of a JPEG that lies on its side is turned', () => {
    expect(measureImage(jpeg({ width: 400, height: 300 }))).toEqual({ width: 400, height: 300 })
    expect(measureImage(jpeg({ width: 400, height: 300, orientation: 6 }))).toEqual({ width: 300, height: 400 })
    expect(measureImage(jpeg({ width: 400, height: 300, orientation: 1 }))).toEqual({ width: 400, height: 300 })
  })

  test('of a GIF and of each kind of WebP', () => {
    const gif = Buffer.from('GIF89a\u0040\u0001\u00f0\u0000', 'latin1')
    expect(measureImage(gif)).toEqual({ width: 320, height: 240 })
    expect(measureImage(webp('VP8X', '02000000ff0100ff0100'))).toEqual({ width: 512, height: 512, animated: true })
    expect(measureImage(webp('VP8X', '10000000ff0100ff0100'))).toEqual({ width: 512, height: 512 })
    expect(measureImage(webp('VP8 ', '0000009d012a00020001'))).toEqual({ width: 512, height: 256 })
    // 14 bits each, one less: 511 and 255.
    expect(measureImage(webp('VP8L', '2fffc13f00'))).toEqual({ width: 512, height: 256 })
  })

  test('is missing, and nothing breaks, wherever a picture is cut off', async () => {
    const pictures = [
      await sample('photo.jpg'),
      await sample('sticker.webp'),
      png(3, 3),
      jpeg({ width: 4, height: 3, orientation: 6 }),
    ]
    for (const bytes of pictures)
      for (let length = 0; length < Math.min(bytes.length, 600); length++)
        expect(() => measureImage(bytes.subarray(0, length))).not.toThrow()
  })
})

function png(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(data.length)
    return Buffer.concat([length, Buffer.from(type), data, Buffer.alloc(4)])
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2], 8)
  const start = Buffer.from('89504e470d0a1a0a', 'hex')
  return Buffer.concat([
    start,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(height))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function jpeg({ width, height, orientation }: { width: number; height: number; orientation?: number }): Buffer {
  const hex = (value: number) => value.toString(16).padStart(4, '0')
  // Exif, little-endian TIFF, one entry: orientation, a short, once.
  const tiff = `49492a0008000000010012010300010000000${orientation}0000000000000000`
  const exif = orientation ? `ffe1${hex(8 + tiff.length / 2)}457869660000${tiff}` : ''
  return Buffer.from(`ffd8${exif}ffdb00040000ffc0001108${hex(height)}${hex(width)}03`, 'hex')
}

function webp(kind: string, payload: string): Buffer {
  return Buffer.concat([
    Buffer.from('RIFF\0\0\0\0WEBP'),
    Buffer.from(kind),
    Buffer.alloc(4),
    Buffer.from(payload, 'hex'),
  ])
}
