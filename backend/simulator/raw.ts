import { encodeWebhook } from './webhooks/encode.ts'
import type { Simulation } from './simulation.ts'
import type { Delivery } from './webhooks/delivery.ts'

export interface RawPost {
  url?: string
  appSecret?: string
  /** Sent instead of the right one; null sends no header. */
  signature?: string | null
  retryAfterMs?: readonly number[]
}

/** Posts anything: bytes and strings as they are, everything else as JSON in Meta's spelling. One attempt unless told otherwise. */
export function postRaw(simulation: Simulation, body: unknown, options: RawPost = {}): Promise<Delivery> {
  const [app] = simulation.world.apps.values()
  const url = options.url ?? app?.subscription?.callbackUrl
  if (url === undefined) throw new RangeError('Give a url: the app has no callback URL.')
  const bytes = body instanceof Uint8Array ? body : typeof body === 'string' ? Buffer.from(body) : encodeWebhook(body)
  return simulation.courier.deliver({
    url,
    appSecret: options.appSecret ?? app?.secret ?? '',
    body: bytes,
    items: 1,
    fields: ['raw'],
    signature: options.signature,
    retryAfterMs: options.retryAfterMs ?? [],
  })
}
