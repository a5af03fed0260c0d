import type { Channel } from '../../model/index.ts'
import { isSomebody, phoneVariants, type IncomingMessage, type IncomingStatus } from '../../platform/channel/channel.ts'
import { resolveContacts } from '../contacts/identity.ts'
import type { InboundContext } from './routed.ts'

type Told = { item: IncomingStatus; contactId: string }

/**
 * Statuses name the scoped id of whom a message went to. Learned before they hide their number, it makes their next message
 * one of the same person.
 */
export async function learnRecipients({ store }: InboundContext, told: readonly Told[]): Promise<void> {
  const named = told.filter(({ item }) => item.person.bsuid && item.person.phone)
  if (named.length === 0) return
  const values = [...new Set(named.flatMap(({ item }) => [item.person.bsuid!, ...phoneVariants(item.person.phone!)]))]
  const found = await store.contactIdentities.find({ where: { value: { in: values } }, limit: values.length * 3 })
  const owners = new Map(found.map(({ value, contactId }) => [value, contactId]))
  const news = named.filter(
    ({ item: { person }, contactId }) =>
      !owners.has(person.bsuid!) && phoneVariants(person.phone!).some((phone) => owners.get(phone) === contactId),
  )
  if (news.length > 0)
    await resolveContacts(
      store,
      news.map(({ item }) => item.person),
    )
}

type Arrived = { item: IncomingMessage; channel: Channel }

/** Somebody without any identifier is a new contact with each message, so a message that comes again has to be known first. */
export async function withoutRepeats(
  { store }: InboundContext,
  items: readonly Arrived[],
): Promise<readonly Arrived[]> {
  const nameless = items.filter(({ item }) => !isSomebody(item.person))
  if (nameless.length === 0) return items
  const found = await store.messages.find({
    where: {
      channelId: { in: [...new Set(nameless.map(({ channel }) => channel.id))] },
      providerMessageId: { in: [...new Set(nameless.map(({ item }) => item.providerMessageId))] },
    },
    limit: nameless.length * 2,
  })
  const stored = new Set(found.map(({ channelId, providerMessageId }) => `${channelId} ${providerMessageId}`))
  return items.filter(({ item, channel }) => {
    if (isSomebody(item.person)) return true
    const key = `${channel.id} ${item.providerMessageId}`
    const isNew = !stored.has(key)
    stored.add(key)
    return isNew
  })
}
