import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { readSample } from '../../simulator/samples/samples.ts'
import { describeFile, withoutPrivateData } from './media.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-pictures-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let count = 0

function pathOf(bytes: Buffer): string {
  const path = join(folder, String(count++))
  writeFileSync(path, bytes)
  return path
}

async function strip(bytes: Buffer, mimeType: string): Promise<Buffer> {
  const pieces = await withoutPrivateData(pathOf(bytes), mimeType)
  return pieces ? Buffer.concat(pieces) : bytes
}

const canary = 'CANARY 52.5163N 13.3777E'

/** Orientation, and behind it a tag with the canary, as cameras write it. */
function tiff(orientation: number, order: 'II' | 'MM' = 'II'): Buffer {
  const block = Buffer.alloc(38)
  const little = order === 'II'
  const write16 = (value: number, at: number) =>
    little ? block.writeUInt16LE(value, at) : block.writeUInt16BE(value, at)
  const write32 = (value: number, at: number) =>
    little ? block.writeUInt32LE(value, at) : block.writeUInt32BE(value, at)
  block.write(order, 'latin1')
  for (const [value, at] of [
    [42, 2],
    [2, 8],
    [0x010e, 10],
    [2, 12],
    [0x0112, 22],
    [3, 24],
    [orientation, 30],
  ] as const)
    write16(value, at)
  for (const [value, at] of [
    [8, 4],
    [canary.length, 14],
    [38, 18],
    [1, 26],
  ] as const)
    write32(value, at)
  return Buffer.concat([block, Buffer.from(canary)])
}

const segment = (marker: number, body: Buffer) => {
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(body.length + 2, 2)
  return Buffer.concat([head, body])
}
const text = (words: string) => Buffer.from(words, 'latin1')
const photo = Buffer.from(readSample('image').bytes)
const exif = (orientation: number) => segment(0xe1, Buffer.concat([text('Exif\0\0'), tiff(orientation)]))

function jpegOf(orientation: number): Buffer {
  return Buffer.concat([
    photo.subarray(0, 2),
    exif(orientation),
    segment(0xe1, text(`http://ns.adobe.com/xap/1.0/\0<x>${canary}</x>`)),
    segment(0xed, text(`Photoshop 3.0\0${canary}`)),
    segment(0xe2, text('ICC_PROFILE\0\x01\x01a profile')),
    segment(0xe2, text(`MPF\0${canary}`)),
    segment(0xfe, text(canary)),
    photo.subarray(2),
    text(`MotionPhoto ${canary}`),
  ])
}

function chunk(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt32BE(body.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(Buffer.concat([text(type), body])))
  return Buffer.concat([head, text(type), body, sum])
}
const ihdr = Buffer.from('00000002000000010802000000', 'hex')
const pngOf = (...extra: Buffer[]) =>
  Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', ihdr),
    chunk('gAMA', Buffer.from('0000b18f', 'hex')),
    ...extra,
    chunk('IDAT', deflateSync(Buffer.from('00ff000000ff00', 'hex'))),
    chunk('IEND', Buffer.alloc(0)),
  ])

const riff = (type: string, body: Buffer) => {
  const head = Buffer.alloc(8)
  head.write(type, 'latin1')
  head.writeUInt32LE(body.length, 4)
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)])
}
const sticker = Buffer.from(readSample('sticker').bytes)
function webpOf(...extra: Buffer[]): Buffer {
  const isExtended = sticker.toString('latin1', 12, 16) === 'VP8X'
  const flags = Buffer.from([0x0c, 0, 0, 0, 255, 1, 0, 255, 1, 0])
  const chunks = isExtended ? sticker.subarray(30) : sticker.subarray(12)
  return riff('RIFF', Buffer.concat([text('WEBP'), riff('VP8X', flags), chunks, ...extra]))
}

describe('a picture that is to be sent', () => {
  test.each([
    ['a JPEG', jpegOf(6), 'image/jpeg'],
    [
      'a PNG',
      pngOf(chunk('eXIf', tiff(6)), chunk('tEXt', text(`Comment\0${canary}`)), chunk('caNv', text(canary))),
      'image/png',
    ],
    ['a WebP', webpOf(riff('EXIF', tiff(6, 'MM')), riff('XMP ', text(canary))), 'image/webp'],
  ])('loses place, camera and words: %s', async (_, picture, mimeType) => {
    expect(picture.includes(canary)).toBe(true)
    const sent = await strip(picture, mimeType)
    expect(sent.includes(canary)).toBe(false)
    // And is still that kind of picture, of the same size, however often it is done.
    const path = pathOf(sent)
    expect(await describeFile(path)).toEqual(await describeFile(pathOf(picture)))
    expect(await strip(sent, mimeType)).toEqual(sent)
  })

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('stays the right way up: orientation %i of a JPEG', async (orientation) => {
    const sent = await strip(jpegOf(orientation), 'image/jpeg')
    const note = Buffer.from(`4d4d002a000000080001011200030000000100${`0${orientation}`}0000`, 'hex')
    expect(sent.includes(note)).toBe(orientation > 1)
    // What is in the picture itself is untouched.
    const [data] = [
      photo.subarray(photo.indexOf(Buffer.from([0xff, 0xdb])), photo.lastIndexOf(Buffer.from([0xff, 0xd9])) + 2),
    ]
    expect(sent.includes(data!)).toBe(true)
    expect(sent.includes('ICC_PROFILE')).toBe(true)
  })

  test('a note of orientation in a PNG and a WebP is whole, and flags say what is there', async () => {
    const png = await strip(pngOf(chunk('eXIf', tiff(8))), 'image/png')
    const at = png.indexOf('eXIf')
    expect(png.readUInt32BE(at + 4 + 26)).toBe(crc32(png.subarray(at, at + 30)))
    const turned = await strip(webpOf(riff('EXIF', tiff(3))), 'image/webp')
    expect([turned.readUInt8(20) & 0x0c, turned.readUInt32LE(4)]).toEqual([0x08, turned.length - 8])
    const upright = await strip(webpOf(riff('EXIF', tiff(1)), riff('XMP ', text(canary))), 'image/webp')
    expect([upright.readUInt8(20) & 0x0c, upright.readUInt32LE(4)]).toEqual([0, upright.length - 8])
  })

  test('is left as it is when there is nothing to hide, and when it is no picture', async () => {
    for (const [bytes, mimeType] of [
      [pngOf(), 'image/png'],
      [Buffer.from('%PDF-1.7'), 'application/pdf'],
      [Buffer.from('not a picture'), 'image/jpeg'],
    ] as const)
      expect(await withoutPrivateData(pathOf(bytes), mimeType)).toBeUndefined()
  })

  test('never fails, whatever is cut off or written over', async () => {
    const pictures = [
      [jpegOf(6), 'image/jpeg'],
      [pngOf(chunk('eXIf', tiff(6))), 'image/png'],
      [webpOf(riff('EXIF', tiff(6))), 'image/webp'],
    ] as const
    const cut = fc.record({ which: fc.nat(2), length: fc.nat(2000), at: fc.nat(2000), byte: fc.nat(255) })
    await fc.assert(
      fc.asyncProperty(cut, async ({ which, length, at, byte }) => {
        const [picture, mimeType] = pictures[which]!
        const bad = Buffer.from(picture.subarray(0, Math.max(12, picture.length - length)))
        bad[at % bad.length] = byte
        expect((await strip(bad, mimeType)).length).toBeLessThanOrEqual(bad.length + 64)
      }),
      { numRuns: 1000 },
    )
  })

  test('a JPEG that ends in the middle loses its place too', async () => {
    const whole = jpegOf(6)
    const short = whole.subarray(0, whole.lastIndexOf(Buffer.from([0xff, 0xd9])) - 40)
    expect((await strip(short, 'image/jpeg')).includes(canary)).toBe(false)
  })
})
