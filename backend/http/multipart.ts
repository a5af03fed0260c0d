import { callbackify } from 'node:util'
import type { Request, Response } from 'express'
import multer, { type StorageEngine } from 'multer'
import { AppError } from '../errors.ts'
import { FileTooLarge, type Draft, type MediaFiles } from '../platform/media/media.ts'
import { StorageFull } from '../platform/store/store.ts'

export type ReceivedForm = {
  draft: Draft
  /** What the sender says it is; not to be believed. */
  mimeType: string | null
  filename: string | null
  fields: { [name: string]: unknown }
}

type Options = {
  files: Pick<MediaFiles, 'receive'>
  maxBytes: number
  /** The longest of the other fields. */
  fieldBytes?: number
}
type WithDraft = { draft?: Draft }

/** Boundaries and headers of the few parts that a form may have. */
const wrapping = 64 * 1024
/** A sender that is silent for so long has gone. */
const silenceMs = 30_000

/**
 * Reads a form with one file, in the field `file`, straight to disk. Whatever is wrong with it is the sender's fault and
 * leaves nothing behind; on success the draft is the caller's.
 */
export async function receiveForm(request: Request, response: Response, options: Options): Promise<ReceivedForm> {
  const limit = options.maxBytes + wrapping
  if (!request.is('multipart/form-data')) throw new AppError('request.unsupported_type')
  if (Number(request.headers['content-length'] ?? 0) > limit) throw new AppError('media.too_large')
  await parse(request, response, options)
  const { draft, mimetype, originalname } = (request.file ?? {}) as Partial<Express.Multer.File> & WithDraft
  if (!draft) throw invalid('Send one file, in the field `file`.')
  return { draft, mimeType: mimetype || null, filename: originalname || null, fields: { ...request.body } }
}

async function parse(
  request: Request,
  response: Response,
  { files, maxBytes, fieldBytes = 1000 }: Options,
): Promise<void> {
  const read = multer({
    storage: storeIn(files, maxBytes),
    defParamCharset: 'utf8',
    // A name that is only a path would count as none; the path is cut off later.
    preservePath: true,
    limits: {
      fileSize: maxBytes,
      files: 1,
      fields: 5,
      parts: 6,
      fieldNameSize: 100,
      fieldSize: fieldBytes,
      headerPairs: 20,
    },
  }).single('file')
  request.setTimeout(silenceMs, () => request.destroy())
  try {
    await new Promise<void>((resolve, reject) => {
      let bytes = 0
      request.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        // Without a length in its head the form may go on for ever; it is not read to the end.
        if (bytes > maxBytes + wrapping) reject(new AppError('media.too_large'))
      })
      read(request, response, (error?: unknown) => (error ? reject(error as Error) : resolve()))
    })
  } catch (error) {
    throw translate(error)
  } finally {
    request.setTimeout(0)
  }
}

function storeIn(files: Options['files'], maxBytes: number): StorageEngine {
  const receive = callbackify(files.receive)
  return {
    _handleFile: (_request, file, done) =>
      // A stream that is destroyed when we give up would tell the parser of a form that was cut off, not of our reason.
      receive(file.stream.iterator({ destroyOnReturn: false }), { maxBytes }, (error, draft) =>
        done(error, { draft } as object),
      ),
    _removeFile: (_request, file, done) => callbackify(async () => (file as WithDraft).draft?.discard())(done),
  }
}

function translate(error: unknown): unknown {
  if (error instanceof AppError || error instanceof StorageFull) return error
  if (error instanceof FileTooLarge) return new AppError('media.too_large', { cause: error })
  if (error instanceof multer.MulterError) return translateLimit(error)
  // A file system call of ours went wrong; everything else is how the form was written, or that it was cut off.
  if (error instanceof Error && 'syscall' in error && error.syscall !== 'read') return error
  return new AppError('request.malformed', { cause: error })
}

function translateLimit(error: multer.MulterError): AppError {
  if (error.code === 'LIMIT_FILE_SIZE') return new AppError('media.too_large', { cause: error })
  if (error.code === 'LIMIT_UNEXPECTED_FILE' || error.code === 'LIMIT_FILE_COUNT')
    return invalid('Send one file, in the field `file`.')
  return new AppError('request.malformed', { cause: error })
}

function invalid(message: string): AppError {
  return new AppError('request.invalid', { details: [{ path: 'body.file', message }] })
}
