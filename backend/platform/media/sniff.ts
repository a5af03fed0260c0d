import { open } from 'node:fs/promises'
import { extname } from 'node:path'
import { fileTypeFromFile } from 'file-type'
import { measureImage } from './image-size.ts'
import { readOgg } from './ogg.ts'

export type FileFacts = {
  /** What the bytes are, whatever was said about them; `application/octet-stream` when they are nothing known. */
  mimeType: string
  width?: number
  height?: number
  animated?: boolean
  /** Of OGG sound. */
  channels?: number
}

/** What somebody said about the file; decides only between names of the same format, and for plain text. */
export type Claim = { mimeType?: string | null; filename?: string | null }

export const unknownType = 'application/octet-stream'
/** Enough for the size of a JPEG behind its preview picture. */
const headBytes = 256 * 1024
/** A crafted file must not keep the process busy. */
const patienceMs = 5000

export async function describeFile(path: string, claim: Claim = {}): Promise<FileFacts> {
  const head = await readHead(path)
  const ogg = readOgg(head)
  if (ogg) return ogg
  const found = await detect(path)
  const mimeType = settleName(found, claimedType(claim), head)
  return { mimeType, ...(mimeType.startsWith('image/') ? measureImage(head) : {}) }
}

async function readHead(path: string): Promise<Buffer> {
  const handle = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

async function detect(path: string): Promise<string | undefined> {
  try {
    const found = await fileTypeFromFile(path, {
      signal: AbortSignal.timeout(patienceMs),
      maxBufferSize: 16 * 1024 * 1024,
    })
    return found?.mime
  } catch {
    // Cut off or crafted: it is nothing known.
    return undefined
  }
}

/** The same container under several names: which one it is stands deep inside, or nowhere. */
const families: { [found: string]: readonly string[] } = {
  'video/mp4': ['audio/mp4'],
  'video/webm': ['audio/webm'],
  'video/3gpp': ['audio/3gpp'],
  'application/x-cfb': ['application/msword', 'application/vnd.ms-excel', 'application/vnd.ms-powerpoint'],
  'application/zip': [
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  ],
}

const otherNames: { [name: string]: string } = {
  'audio/x-m4a': 'audio/mp4',
  'audio/m4a': 'audio/mp4',
  'video/x-m4v': 'video/mp4',
  'audio/mp3': 'audio/mpeg',
  'text/x-vcard': 'text/vcard',
}

/** Text has no marks of its own. Nothing that a browser would run is among these. */
const plainTexts = new Set(['text/plain', 'text/csv', 'text/vcard', 'text/calendar', 'text/markdown'])

function settleName(found: string | undefined, claimed: string | undefined, head: Buffer): string {
  if (found === undefined) return claimed && plainTexts.has(claimed) && isText(head) ? claimed : unknownType
  const name = otherNames[found] ?? found
  return claimed && families[name]?.includes(claimed) ? claimed : name
}

const endings: { [ending: string]: string } = {
  '.txt': 'text/plain',
  '.csv': 'text/csv',
  '.vcf': 'text/vcard',
  '.ics': 'text/calendar',
  '.md': 'text/markdown',
  '.doc': 'application/msword',
  '.xls': 'application/vnd.ms-excel',
  '.ppt': 'application/vnd.ms-powerpoint',
  '.docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  '.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  '.pptx': 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
}

function claimedType({ mimeType, filename }: Claim): string | undefined {
  const plain = mimeType?.split(';')[0]!.trim().toLowerCase()
  if (plain && plain !== unknownType) return otherNames[plain] ?? plain
  return endings[extname(filename ?? '').toLowerCase()]
}

/** UTF-8 without control characters; the head may end in the middle of a letter. */
function isText(head: Buffer): boolean {
  if (head.some((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27))) return false
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true })
    return true
  } catch {
    return false
  }
}
