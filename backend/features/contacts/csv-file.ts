import { parse } from 'csv-parse'
import { createReadStream } from 'node:fs'
import { Readable, pipeline } from 'node:stream'
import { delimiters, type ImportOptions } from '../../contract/contact-import.ts'
import { AppError } from '../../errors.ts'
import { plainCell } from '../../platform/table.ts'

type Encoding = NonNullable<ImportOptions['encoding']>
export type CsvRow = { line: number; cells: string[] }
export type CsvFile = {
  delimiter: string
  encoding: Encoding
  headers: string[]
  /** The rows below the headers. Throws BrokenCsv where the file stops making sense. */
  rows: AsyncGenerator<CsvRow>
  /** How much was read, from 0 to 1. */
  done: () => number
}

/** The rows before it were fine. */
export class BrokenCsv extends Error {
  override name = 'BrokenCsv'
  readonly line: number
  constructor(line: number) {
    super('The file is damaged from here on. Often a quotation mark is missing.')
    this.line = line
  }
}

const maxColumns = 500
const maxRowBytes = 512 * 1024
const headBytes = 64 * 1024
const partBytes = 16 * 1024

/** Opens a table as spreadsheets write it, in whatever encoding and with whatever between the columns. */
export async function openCsv(
  path: string,
  bytes: number,
  given: Pick<ImportOptions, 'delimiter' | 'encoding'>,
): Promise<CsvFile> {
  const encoding = given.encoding ?? (await detectEncoding(path))
  const head = await readHead(path, encoding)
  // A zip, thus a spreadsheet that was only renamed, or another binary file.
  if (head.includes('\u0000') || head.startsWith('PK\u0003\u0004')) throw new AppError('contact.file_unreadable')
  const stated = /^sep=(.)\r?\n/i.exec(head)
  const delimiter = given.delimiter ?? stated?.[1] ?? detectDelimiter(head)
  const progress = { read: 0 }
  const rows = readRows(decode(path, encoding, progress), delimiter, stated ? 2 : 1)
  const first = await rows.next().catch((error: unknown) => {
    throw new AppError('contact.file_unreadable', { cause: error })
  })
  if (first.done || first.value.cells.length > maxColumns) throw new AppError('contact.file_unreadable')
  return {
    delimiter,
    encoding,
    headers: first.value.cells,
    rows,
    done: () => Math.min(1, progress.read / (bytes || 1)),
  }
}

async function* readRows(text: AsyncIterable<string>, delimiter: string, fromLine: number): AsyncGenerator<CsvRow> {
  let isBroken = false
  const parser = parse({
    delimiter,
    from_line: fromLine,
    info: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: maxRowBytes,
    // Thrown by the parser, an error would take rows along that were read and not fetched yet.
    skip_records_with_error: true,
    on_skip: () => void (isBroken = true),
  })
  async function* untilBroken() {
    for await (const part of text) {
      if (isBroken) return
      yield part
    }
  }
  pipeline(Readable.from(untilBroken()), parser, () => {})
  let line = 0
  for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
    const breaks = record.reduce((sum, cell) => sum + (cell.match(/\r\n|\n|\r/g)?.length ?? 0), 0)
    line = info.lines
    const cells = record.map(cleanCell)
    if (cells.some((cell) => cell !== '')) yield { line: line - breaks, cells }
  }
  if (isBroken) throw new BrokenCsv(line + 1)
}

/** Without what no store keeps, and without the apostrophe that keeps spreadsheets from reading a formula. */
function cleanCell(cell: string): string {
  return plainCell(cell.replaceAll('\u0000', '').toWellFormed().trim())
}

async function* decode(path: string, encoding: Encoding, progress: { read: number }): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding)
  // A part of the usual size has a thousand rows, which are parsed at a stretch.
  for await (const chunk of createReadStream(path, { highWaterMark: partBytes }) as AsyncIterable<Buffer>) {
    progress.read += chunk.length
    yield decoder.decode(chunk, { stream: true })
  }
  yield decoder.decode()
}

/** By its mark, else by zeros in every second byte, else UTF-8 if all of it is valid, else what Windows writes. */
async function detectEncoding(path: string): Promise<Encoding> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let isFirst = true
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      const wide = isFirst && detectWide(chunk)
      if (wide) return wide
      isFirst = false
      decoder.decode(chunk, { stream: true })
    }
    decoder.decode()
    return 'utf-8'
  } catch (error) {
    if (error instanceof TypeError) return 'windows-1252'
    throw error
  }
}

function detectWide(chunk: Buffer): Encoding | undefined {
  if (chunk[0] === 0xff && chunk[1] === 0xfe) return 'utf-16le'
  if (chunk[0] === 0xfe && chunk[1] === 0xff) return 'utf-16be'
  const head = chunk.subarray(0, 2000)
  const zeros = [0, 0]
  head.forEach((byte, index) => byte === 0 && zeros[index % 2]!++)
  if (zeros[1]! > head.length / 4 && zeros[0]! === 0) return 'utf-16le'
  return zeros[0]! > head.length / 4 && zeros[1]! === 0 ? 'utf-16be' : undefined
}

async function readHead(path: string, encoding: Encoding): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of createReadStream(path, { end: headBytes - 1 })) chunks.push(chunk as Buffer)
  return new TextDecoder(encoding).decode(Buffer.concat(chunks), { stream: true })
}

/** What divides the first lines into the most columns, equally many in each. Text in quotes does not count. */
function detectDelimiter(head: string): string {
  const lines = head
    .replace(/"(?:[^"]|"")*"/g, '')
    .split(/\r\n|\n|\r/)
    .filter(Boolean)
    .slice(0, 20)
  const scores = delimiters.map((delimiter) => {
    const counts = lines.map((line) => line.split(delimiter).length - 1)
    const equal = counts.filter((count) => count === counts[0]).length
    return { delimiter, score: (counts[0] ?? 0) * (equal / (counts.length || 1)) }
  })
  return scores.reduce((best, next) => (next.score > best.score ? next : best)).delimiter
}
