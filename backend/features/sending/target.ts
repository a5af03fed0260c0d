import { AppError } from '../../errors.ts'
import type { Context } from '../../feature.ts'
import type { Channel, Contact, Conversation } from '../../model/index.ts'
import type { Person } from '../../platform/channel/channel.ts'
import { resolveContacts } from '../contacts/identity.ts'
import { readPhone } from '../contacts/phone.ts'
import { openConversations, pairOf } from '../conversations/open.ts'

export type Target = { conversation: Conversation; contact: Contact; channel: Channel }

type Address = { to?: string | undefined; conversationId?: string | undefined; channelId?: string | undefined }

/** Who a message goes to: an existing conversation, or a number that may be new. Call it inside a transaction. */
export async function resolveTarget(context: Context, address: Address): Promise<Target> {
  if (address.to !== undefined && address.conversationId !== undefined) throw new AppError('message.target_ambiguous')
  if (address.conversationId !== undefined) return targetOfConversation(context, address.conversationId)
  if (address.to === undefined) throw new AppError('message.target_missing')
  return targetOfAddress(context, address.to, address.channelId)
}

async function targetOfConversation({ store }: Context, conversationId: string): Promise<Target> {
  const conversation = await store.conversations.get(conversationId)
  if (!conversation) throw new AppError('conversation.not_found')
  const [contact, channel] = await Promise.all([
    store.contacts.get(conversation.contactId),
    store.channels.get(conversation.channelId),
  ])
  if (!contact) throw new AppError('contact.not_found')
  if (!channel) throw new AppError('channel.not_found')
  return { conversation, contact, channel }
}

async function targetOfAddress(context: Context, to: string, channelId: string | undefined): Promise<Target> {
  const { store, now } = context
  const channel = channelId ? await store.channels.get(channelId) : await defaultChannel(context)
  if (!channel) throw new AppError(channelId ? 'channel.not_found' : 'channel.none')
  const [contact] = await resolveContacts(store, [await personOf(context, to)])
  const opened = await openConversations(context, [{ channel, contact: contact!, at: now().toISOString() }])
  const conversation = opened.get(pairOf(channel.id, contact!.id))
  // There is one, of somebody else, that the sender may not see.
  if (!conversation) throw new AppError('conversation.not_found')
  return { conversation, contact: contact!, channel }
}

/** The first real number; the practice customer only when there is nothing else. */
async function defaultChannel({ store }: Context): Promise<Channel | undefined> {
  const channels = await store.channels.find({ sort: ['createdAt', 'asc'], limit: 100 })
  return channels.find(({ kind }) => kind === 'cloud') ?? channels[0]
}

/** A business-scoped user id starts with a country and a dot; everything else must be a telephone number. */
async function personOf({ store, workspaceId }: Context, to: string): Promise<Person> {
  if (/^[A-Z]{2}\.[A-Za-z0-9.]{3,150}$/.test(to)) return { bsuid: to }
  const workspace = await store.workspaces.get(workspaceId)
  return { phone: readPhone(to, workspace?.settings.defaultCountry ?? null) }
}
