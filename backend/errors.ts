import { errors, type ErrorCode } from './contract/errors.ts'

/** A refusal the caller can understand. Anything else that is thrown becomes `internal`. */
export class AppError extends Error {
  override name = 'AppError'
  readonly code: ErrorCode
  readonly status: number
  readonly details: unknown
  /** Seconds after which trying again makes sense; becomes the Retry-After header. */
  readonly retryAfter: number | undefined

  constructor(code: ErrorCode, options: { details?: unknown; cause?: unknown; retryAfter?: number } = {}) {
    super(errors[code].message, { cause: options.cause })
    this.code = code
    this.status = errors[code].status
    this.details = options.details
    this.retryAfter = options.retryAfter
  }
}
