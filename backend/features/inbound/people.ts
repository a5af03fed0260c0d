import { statusRank } from '../../contract/messages.ts'
import { searchTextOf } from '../../platform/channel/channel.ts'
import type { IncomingAddress, IncomingIdentityChange, IncomingPreference } from '../../platform/channel/channel.ts'
import { renameContact, resolveContacts } from '../contacts/identity.ts'
import { mergeContacts } from '../contacts/merge.ts'
import { openConversations, pairOf } from '../conversations/open.ts'
import { markMessages } from '../message-days/marks.ts'
import type { InboundContext, Routed } from './routed.ts'

/** The same person under a new number or id: one contact gets both, and the chat shows a line about it. */
export async function applyIdentityChange(
  context: InboundContext,
  { item, channel }: Routed<IncomingIdentityChange>,
): Promise<void> {
  const { store } = context
  const [before] = await resolveContacts(store, [item.before])
  const [after] = await resolveContacts(store, [item.after])
  if (after!.id !== before!.id) await mergeContacts(store, before!.id, after!.id)
  let kept = (await store.contacts.get(before!.id))!
  if (item.after.phone && kept.phone !== `+${item.after.phone}`)
    kept = await renameContact(store, { ...kept, phone: `+${item.after.phone}` }, { phone: `+${item.after.phone}` })
  context.notify({ name: 'contact:updated', payload: { contact: kept } })
  const conversations = await openConversations(context, [{ channel, contact: kept, at: item.at }])
  const conversation = conversations.get(pairOf(channel.id, kept.id))!
  const content = { kind: item.systemKind, body: item.body }
  const lines = await store.messages.insertMany(
    [
      {
        conversationId: conversation.id,
        channelId: channel.id,
        contactId: kept.id,
        direction: 'inbound',
        type: 'system',
        content,
        status: 'received',
        rank: statusRank.received,
        statusHistory: [{ status: 'received', at: item.at }],
        providerMessageId: item.providerMessageId,
        sentAt: item.at,
        reactions: [],
        source: 'contact',
        searchText: searchTextOf('system', content),
      },
    ],
    { ifTaken: 'skip' },
  )
  await markMessages(store, context.now(), lines)
}

/** The customer told Meta to stop, or to resume, marketing messages. */
export async function applyPreference(
  { store, notify }: InboundContext,
  { item }: Routed<IncomingPreference>,
): Promise<void> {
  const [contact] = await resolveContacts(store, [item.person])
  // Of two choices that come in the wrong order, the later one counts.
  if (contact!.optIn.source === 'whatsapp' && contact!.optIn.at && contact!.optIn.at > item.at) return
  const stopped = item.marketing === 'stop'
  const updated = await store.contacts.update(contact!.id, {
    marketingStoppedAt: stopped ? item.at : null,
    optInStatus: stopped ? 'opted_out' : 'opted_in',
    optIn: { status: stopped ? 'opted_out' : 'opted_in', at: item.at, source: 'whatsapp' },
  })
  if (updated) notify({ name: 'contact:updated', payload: { contact: updated } })
}

/** A name from the address book of the business's phone. Names that the team gave stay. */
export async function applyAddress(
  { store, notify }: InboundContext,
  { item }: Routed<IncomingAddress>,
): Promise<void> {
  if (item.action === 'remove' || !item.name) return
  const [contact] = await resolveContacts(store, [item.person])
  if (contact!.name) return
  const updated = await renameContact(store, { ...contact!, name: item.name }, { name: item.name })
  notify({ name: 'contact:updated', payload: { contact: updated } })
}
