import type { OptIn } from '../../contract/contacts.ts'
import { statusRank } from '../../contract/messages.ts'
import { searchTextOf } from '../../platform/channel/channel.ts'
import type { IncomingAddress, IncomingIdentityChange, IncomingPreference } from '../../platform/channel/channel.ts'
import { changeEach } from '../change-each.ts'
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
  const phone = item.after.phone && `+${item.after.phone}`
  if (phone && kept.phone !== phone) kept = (await renameContact(store, kept, () => ({ phone }))).after
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
  const stopped = item.marketing === 'stop'
  const status: OptIn['status'] = stopped ? 'opted_out' : 'opted_in'
  const changed = await changeEach(store.contacts, [contact!.id], ({ optIn }) =>
    // Of two choices that come in the wrong order, the later one counts.
    optIn.source === 'whatsapp' && optIn.at && optIn.at > item.at
      ? undefined
      : {
          marketingStoppedAt: stopped ? item.at : null,
          optInStatus: status,
          optIn: { status, at: item.at, source: 'whatsapp' },
        },
  )
  for (const { after } of changed) notify({ name: 'contact:updated', payload: { contact: after } })
}

/** A name from the address book of the business's phone. Names that the team gave stay. */
export async function applyAddress(
  { store, notify }: InboundContext,
  { item }: Routed<IncomingAddress>,
): Promise<void> {
  if (item.action === 'remove' || !item.name) return
  const [contact] = await resolveContacts(store, [item.person])
  if (contact!.name) return
  const { name } = item
  const { after } = await renameContact(store, contact!, (known) => (known.name ? {} : { name }))
  notify({ name: 'contact:updated', payload: { contact: after } })
}
