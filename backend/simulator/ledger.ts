import type { Delivery } from './webhooks/delivery.ts'

export interface RequestRecord {
  number: number
  at: number
  method: string
  path: string
  /** What the call was about: "send", "read", "media", "download", "message_templates", … */
  target: string
  query: Record<string, unknown>
  body?: unknown
  /** HTTP status, or 0 when the connection was dropped instead of answered. */
  status?: number
  /** Graph's error code, if it answered one. */
  code?: number
  wamid?: string
  fault?: string
}

export interface AcceptedMessage {
  wamid: string
  at: number
  phoneNumberId: string
  /** Digits or a business-scoped user id. */
  recipient: string
  type: string
  opaque?: string
  template?: string
  body?: Record<string, unknown>
}

/** What the simulator saw. The proof of "nothing lost, nothing twice" is read from here. */
export interface Ledger {
  readonly requests: RequestRecord[]
  readonly accepted: AcceptedMessage[]
  readonly deliveries: Delivery[]
  readonly readReceipts: { wamid: string; typing: boolean; at: number }[]
  startRequest(record: Omit<RequestRecord, 'number'>): RequestRecord
  accept(message: AcceptedMessage): void
  deliver(delivery: Delivery): void
  requestsTo(target: string): RequestRecord[]
  acceptedFor(opaque: string): AcceptedMessage[]
  /**
   * Messages accepted more than once. `identityOf` says what counts as one message; the default is the whole
   * `biz_opaque_callback_data`. Messages without one cannot be told apart and are left out.
   */
  duplicates(identityOf?: (opaque: string) => string): Map<string, AcceptedMessage[]>
  /** The highest number of messages accepted within any one second. */
  peakPerSecond(phoneNumberId?: string): number
  clear(): void
}

export function createLedger(options: { keep?: number; bodies?: boolean } = {}): Ledger {
  const keep = options.keep ?? 50_000
  const requests: RequestRecord[] = []
  const accepted: AcceptedMessage[] = []
  const deliveries: Delivery[] = []
  const readReceipts: Ledger['readReceipts'] = []
  const byOpaque = new Map<string, AcceptedMessage[]>()
  let count = 0

  return {
    requests,
    accepted,
    deliveries,
    readReceipts,
    startRequest(record) {
      count += 1
      const numbered = { number: count, ...record }
      pushBounded(requests, numbered, keep)
      return numbered
    },
    accept(message) {
      const kept = options.bodies === false ? { ...message, body: undefined } : message
      accepted.push(kept)
      if (kept.opaque === undefined) return
      const known = byOpaque.get(kept.opaque)
      if (known) known.push(kept)
      else byOpaque.set(kept.opaque, [kept])
    },
    deliver: (delivery) => pushBounded(deliveries, delivery, keep),
    requestsTo: (target) => requests.filter((request) => request.target === target),
    acceptedFor: (opaque) => byOpaque.get(opaque) ?? [],
    duplicates(identityOf = (opaque) => opaque) {
      const groups = Map.groupBy(
        accepted.filter((message) => message.opaque !== undefined),
        (message) => identityOf(message.opaque ?? ''),
      )
      return new Map([...groups].filter(([, messages]) => messages.length > 1))
    },
    peakPerSecond(phoneNumberId) {
      const times = accepted
        .filter((message) => phoneNumberId === undefined || message.phoneNumberId === phoneNumberId)
        .map((message) => message.at)
        .toSorted((a, b) => a - b)
      let peak = 0
      let first = 0
      times.forEach((time, index) => {
        while (time - (times[first] ?? time) >= 1000) first += 1
        peak = Math.max(peak, index - first + 1)
      })
      return peak
    },
    clear() {
      for (const list of [requests, accepted, deliveries, readReceipts]) list.length = 0
      byOpaque.clear()
    },
  }
}

/** Drops the oldest tenth at once: shifting one by one would cost a move of the whole list each time. */
function pushBounded<T>(list: T[], item: T, keep: number): void {
  list.push(item)
  if (list.length > keep * 1.1) list.splice(0, list.length - keep)
}
