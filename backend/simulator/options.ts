import type { Clock } from './clock.ts'

/** How the simulated Meta behaves. May be changed while it runs (`simulator.configure`, `PATCH /_sim/config`). */
export interface Behaviour {
  /** Milliseconds after acceptance; null = that status never comes. */
  statuses: { sent: number | null; delivered: number | null; read: number | null; played: number | null }
  /** What happens to free-form messages outside the 24 h window: nothing, an error at once, or a failed status. */
  window: 'off' | 'reject' | 'status'
  limits: {
    /** Messages a second and number; Meta's standard is 80. null = unlimited. */
    perSecond: number | null
    /** Meta: one message in 6 s to the same user, with a burst of 45. null = unlimited. */
    pairEveryMs: number | null
    pairBurst: number
  }
  templateReview: {
    /** null = templates wait for `reviewTemplate`. Names starting with "pending_" always wait, with "reject_" are refused. */
    afterMs: number | null
    verdict: 'approve' | 'reject'
  }
  /** strict refuses replies and read receipts for message ids the simulator has never seen. */
  messageIds: 'lenient' | 'strict'
  /** Adds the `conversation` object that webhooks older than v24.0 carry. */
  conversationObject: boolean
  delivery: {
    /** Items collected into one post, at most 1,000. */
    batch: number
    batchWaitMs: number
    shuffle: boolean
    /** Share of changes that are delivered more than once, and how often at most. */
    duplicate: number
    maxCopies: number
    parallel: number
    timeoutMs: number
    /** Waits between attempts; after the last one the delivery is given up. */
    retryAfterMs: readonly number[]
  }
}

export const DEFAULT_BEHAVIOUR: Behaviour = {
  statuses: { sent: 5, delivered: 15, read: 30, played: null },
  window: 'off',
  limits: { perSecond: null, pairEveryMs: null, pairBurst: 45 },
  templateReview: { afterMs: 50, verdict: 'approve' },
  messageIds: 'lenient',
  conversationObject: false,
  delivery: {
    batch: 1,
    batchWaitMs: 20,
    shuffle: false,
    duplicate: 0,
    maxCopies: 5,
    parallel: 16,
    timeoutMs: 20_000,
    retryAfterMs: [50, 200, 1000, 3000, 10_000],
  },
}

export type BehaviourChange = {
  [K in keyof Behaviour]?: Behaviour[K] extends object ? Partial<Behaviour[K]> : Behaviour[K]
}

/** Changes members in place, so that everything holding the behaviour sees it. */
export function changeBehaviour(behaviour: Behaviour, change: BehaviourChange): void {
  for (const [name, value] of Object.entries(change)) {
    const key = name as keyof Behaviour
    if (!(key in behaviour)) throw new RangeError(`There is no setting "${name}".`)
    const present = behaviour[key]
    Object.assign(behaviour, {
      [key]: typeof present === 'object' && typeof value === 'object' ? { ...present, ...value } : value,
    })
  }
}

export interface SimulatorOptions {
  port?: number
  host?: string
  /** The address the product reaches the simulator at, for media URLs and paging links. */
  publicUrl?: string
  webhookUrl?: string
  appId?: string
  appSecret?: string
  verifyToken?: string
  accessToken?: string
  /** Business accounts beside each other, each with `phoneNumbers` numbers. */
  accounts?: number
  phoneNumbers?: number
  /** false leaves the app unsubscribed, as a new one is. */
  subscribed?: boolean
  behaviour?: BehaviourChange
  clock?: Clock
  /** Ids and chance repeat with the same seed. */
  seed?: number
  ledger?: {
    /** Requests and deliveries kept, the oldest fall out. Accepted messages are all kept. */
    keep?: number
    /** false keeps no bodies of accepted messages: for runs of a million. */
    bodies?: boolean
  }
  log?: (line: string) => void
}
