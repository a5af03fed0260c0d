/** What can go wrong with one request. `accept` says whether the message is taken before it goes wrong. */
export type Fault =
  | { kind: 'delay'; ms: number }
  /** "before": nothing was processed. "after": accepted, and the caller never learns it. */
  | { kind: 'drop'; when: 'before' | 'after'; how?: 'reset' | 'close' }
  /** No answer for `ms` (25 s), then a normal one. */
  | { kind: 'stall'; ms?: number; accept?: boolean }
  /** An HTML page from some proxy: 502 unless another status is given. */
  | { kind: 'badGateway'; status?: number; accept?: boolean }
  /** A JSON error of the server: 131000 with 500 unless given. */
  | { kind: 'serverError'; code?: number; status?: number }
  /** Status 200 and a body that is not JSON. */
  | { kind: 'notJson'; status?: number; accept?: boolean }
  /** 200 and JSON, but without `messages[0].id`. */
  | { kind: 'noId' }
  /** The headers announce more bytes than come before the connection closes. */
  | { kind: 'truncate' }
  /** Any code of the error table, with the status and body Meta gives it. */
  | { kind: 'error'; code: number; details?: string; status?: number; subcode?: number }
  /** Accepted, and failed later by webhook. */
  | { kind: 'failedStatus'; code: number; details?: string }
  /** Accepted, and nothing is ever heard of it. */
  | { kind: 'noStatuses' }
  /** Accepted as `held_for_quality_assessment` or `paused`. */
  | { kind: 'held'; status?: 'held_for_quality_assessment' | 'paused' }
  | { kind: 'redirect'; to: string }

export type FaultKind = Fault['kind']

export interface FaultMatch {
  /** "send" (the default), "read", "media", "download", "message_templates", "debug_token", …, or "any". */
  on?: string
  method?: string
  phoneNumberId?: string
  /** Digits or a business-scoped user id. */
  recipient?: string
  messageType?: string
}

export interface FaultRule {
  fault: Fault
  match?: FaultMatch
  /** How many requests are hit; "always" until removed. Default 1. */
  times?: number | 'always'
  /** Matching requests that pass before the first is hit. */
  skip?: number
  /** Chance of being hit, 0 to 1. Default 1. */
  probability?: number
}

export const FAULT_KINDS: readonly FaultKind[] = [
  'delay',
  'drop',
  'stall',
  'badGateway',
  'serverError',
  'notJson',
  'noId',
  'truncate',
  'error',
  'failedStatus',
  'noStatuses',
  'held',
  'redirect',
]

export const isAcceptedFirst = (fault: Fault): boolean => !('accept' in fault) || fault.accept !== false
