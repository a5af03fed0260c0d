import type { Context } from '../../feature.ts'
import type { Channel } from '../../model/index.ts'
import type { IncomingItem } from '../../platform/channel/channel.ts'

/** The worker's own context: a transaction's store of one workspace, no person. */
export type InboundContext = Context

/** Another process changed the same message meanwhile: read again and repeat. */
export class StaleWrite extends Error {
  override name = 'StaleWrite'
}

/** An item and the channel it belongs to. */
export type Routed<Item = IncomingItem> = { item: Item; channel: Channel }
