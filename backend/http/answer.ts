import type { ErrorRequestHandler, Response } from 'express'
import * as z from 'zod'
import type { ErrorBody, ErrorCode } from '../contract/errors.ts'
import { AppError } from '../errors.ts'
import type { Logs } from '../platform/log.ts'
import { DuplicateKey, InvalidCursor, MissingReference, StorageFull, StoreBusy } from '../platform/store/store.ts'
import { issuesOf } from './input.ts'

/** The envelope of every success. Written directly: Express would hash each body for an ETag nobody may cache. */
export function answerData(response: Response, status: number, data: unknown): void {
  answer(response, status, { success: true, data })
}

export function answerRefusal(response: Response, refusal: AppError): void {
  const { code, message, status, details, retryAfter } = refusal
  const requestId = response.getHeader('x-request-id') as string | undefined
  if (retryAfter !== undefined) response.setHeader('retry-after', String(Math.max(1, Math.ceil(retryAfter))))
  // What is left of a body that is too large is not read, so the connection cannot be used again.
  if (status === 413) response.setHeader('connection', 'close')
  const body: ErrorBody = {
    success: false,
    message,
    error: { code, ...(details === undefined ? {} : { details }), ...(requestId ? { requestId } : {}) },
  }
  answer(response, status, body)
}

/** As one string, which Node sends together with the head in one piece. */
function answer(response: Response, status: number, body: object): void {
  const text = JSON.stringify(body)
  const length = Buffer.byteLength(text)
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': length })
  response.end(text)
}

/** The only translator of errors. What it does not know becomes `internal`: logged whole, told to nobody. */
export function createErrorAnswer({ error: errorLog }: Logs, readPath: (url: string) => string): ErrorRequestHandler {
  // Express recognises an error handler by its four parameters.
  return (error: unknown, request, response, _next) => {
    const refusal = translate(error)
    const isOurFault = refusal.status === 500 || refusal.code === 'request.conflict' || error instanceof z.ZodError
    if (isOurFault)
      errorLog.error(
        { error, id: response.getHeader('x-request-id'), method: request.method, path: readPath(request.originalUrl) },
        'a request failed',
      )
    if (response.headersSent) response.destroy()
    else answerRefusal(response, refusal)
  }
}

function translate(error: unknown): AppError {
  if (error instanceof AppError) return error
  if (error instanceof StorageFull) return new AppError('storage.full', { cause: error })
  if (error instanceof StoreBusy) return new AppError('storage.busy', { cause: error, retryAfter: 1 })
  if (error instanceof InvalidCursor) return new AppError('request.cursor_invalid', { cause: error })
  // A feature should have said what was taken or gone; the caller lost a race all the same.
  if (error instanceof DuplicateKey || error instanceof MissingReference)
    return new AppError('request.conflict', { cause: error })
  if (error instanceof z.ZodError)
    return new AppError('request.invalid', { details: issuesOf('body', error), cause: error })
  // A `%` in the address that encodes nothing.
  if (error instanceof URIError) return new AppError('request.malformed', { cause: error })
  return new AppError(codeOfStatus(error) ?? 'internal', { cause: error })
}

const codes: { [status: number]: ErrorCode } = {
  400: 'request.malformed',
  404: 'request.not_found',
  413: 'request.too_large',
  415: 'request.unsupported_type',
}

/** Express, its router and its body parser put a status on the errors that are the caller's fault. */
function codeOfStatus(error: unknown): ErrorCode | undefined {
  const status = error instanceof Error && 'status' in error ? Number(error.status) : NaN
  return codes[status] ?? (status >= 400 && status < 500 ? 'request.malformed' : undefined)
}
