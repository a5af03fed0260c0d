import { SUBCODES } from './subcodes.ts'
import { CODES } from './table.ts'

export interface GraphErrorParts {
  details?: string
  /** Replaces the title behind "(#code)". */
  title?: string
  /** Replaces the whole message, for the few errors that Graph words without "(#code)". */
  message?: string
  subcode?: number
  status?: number
  type?: 'OAuthException' | 'GraphMethodException'
  userTitle?: string
  userMessage?: string
  transient?: boolean
}

/** An answer of Graph that is not a success. Covers what Meta says in JSON; dropped connections and HTML are faults. */
export class GraphError extends Error {
  readonly code: number
  readonly status: number
  readonly parts: GraphErrorParts

  constructor(code: number, parts: GraphErrorParts = {}) {
    const [status, title] = CODES[code] ?? [400, 'Unknown error']
    super(parts.message ?? `(#${code}) ${parts.title ?? title}`)
    this.code = code
    this.status = parts.status ?? status
    this.parts = parts
  }

  toBody(trace: string): { error: Record<string, unknown> } {
    const { parts, code } = this
    const details = parts.details ?? (code >= 80000 ? CODES[code]?.[2] : undefined)
    return {
      error: {
        message: this.message,
        type: parts.type ?? 'OAuthException',
        code,
        ...(details === undefined ? {} : { error_data: { messaging_product: 'whatsapp', details } }),
        ...(parts.subcode === undefined ? {} : { error_subcode: parts.subcode }),
        ...(parts.transient === undefined ? {} : { is_transient: parts.transient }),
        ...(parts.userTitle === undefined
          ? {}
          : { error_user_title: parts.userTitle, error_user_msg: parts.userMessage }),
        fbtrace_id: trace,
      },
    }
  }
}

/** The code as Meta would answer it: a template number becomes a subcode of 100. */
export function graphErrorOf(code: number, parts: GraphErrorParts = {}): GraphError {
  return SUBCODES[code] ? templateError(code, parts.details) : new GraphError(code, parts)
}

export function templateError(subcode: number, sentence?: string): GraphError {
  const [title, message] = SUBCODES[subcode] ?? ['Invalid parameter', 'Invalid parameter']
  return new GraphError(100, {
    message: 'Invalid parameter',
    subcode,
    transient: false,
    userTitle: title,
    userMessage: sentence ?? message,
  })
}

export function noSuchObject(id: string, method: string): GraphError {
  const verb = method === 'GET' ? 'get' : method === 'DELETE' ? 'delete' : 'post'
  return new GraphError(100, {
    message:
      `Unsupported ${verb} request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, ` +
      'or does not support this operation. Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api',
    type: 'GraphMethodException',
    subcode: 33,
  })
}

export const invalidParameter = (sentence: string, details?: string): GraphError =>
  new GraphError(100, { title: sentence, details })

export const invalidValue = (details: string): GraphError => new GraphError(131009, { details })

export const missingParameter = (name: string): GraphError =>
  new GraphError(100, { title: `The parameter ${name} is required.` })
