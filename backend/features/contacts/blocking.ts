import type { Context } from '../../feature.ts'
import type { Channel } from '../../model/index.ts'
import { wholeStoreOf } from '../visibility/limited-store.ts'

/** Tells WhatsApp to let a person's messages through or not. Meta accepts it only for people who wrote within a day. */
export type BlockAtProvider = (context: Context, contactId: string, blocked: boolean) => Promise<void>

type Deps = { block: (channel: Channel, user: string, blocked: boolean) => Promise<boolean> }

/** Our own block holds in any case; WhatsApp's is done where it can be. */
export function createBlocking({ block }: Deps): BlockAtProvider {
  return async ({ store }, contactId, blocked) => {
    const identities = await store.contactIdentities.find({ where: { contactId }, limit: 50 })
    const identity = identities.find(({ kind }) => kind === 'phone') ?? identities.find(({ kind }) => kind === 'bsuid')
    if (!identity) return
    const conversations = await wholeStoreOf(store).conversations.find({ where: { contactId }, limit: 20 })
    for (const channel of await store.channels.getMany(conversations.map(({ channelId }) => channelId)))
      if (channel.kind === 'cloud') await block(channel, identity.value, blocked)
  }
}
