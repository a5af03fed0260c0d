import type { Context } from '../../feature.ts'
import type { Contact, Conversation, Lead } from '../../model/index.ts'
import type { IncomingMessage } from '../../platform/channel/channel.ts'
import { changeConversation } from '../conversations/change.ts'
import { createAssigner } from './assignment.ts'
import { gap, placeLast } from './positions.ts'
import { readPipeline } from './settings.ts'
import { listStages } from './stages.ts'

/** `conversation` as it was before the message. */
type Fresh = { item: IncomingMessage; contact: Contact; conversation: Conversation }

/**
 * Whoever writes for the first time becomes a lead, when the workspace wants that. Runs in the transaction that stores the
 * message, and the contact is a unique key of such leads: repeated, delivered twice or cut off, there is one or none.
 */
export async function createFirstLeads(context: Context, fresh: readonly Fresh[]): Promise<Lead[]> {
  const firsts = new Map(fresh.filter(isFirst).map((one) => [one.contact.id, one]))
  if (firsts.size === 0) return []
  const { settings } = await readPipeline(context)
  if (!settings.fromFirstMessage) return []
  const { store, notify } = context
  const wanted = await withoutOpenLead(context, [...firsts.values()])
  const stages = await listStages(context)
  const stage = stages.find(({ id }) => id === settings.stageId) ?? stages.find(({ kind }) => kind === 'open')
  if (wanted.length === 0 || !stage) return []
  const nextOwner = await createAssigner(context, settings.assign)
  // Whoever wrote to the person first goes on with them.
  const ownerOf = ({ assignedTo }: Conversation) => (settings.assign === 'nobody' ? null : (assignedTo ?? nextOwner()))
  const first = await placeLast(context, stage.id)
  const created = await store.leads.insertMany(
    wanted.map(({ contact, conversation }, index) => ({
      contactId: contact.id,
      contactName: contact.displayName,
      conversationId: conversation.id,
      title: contact.displayName,
      stageId: stage.id,
      status: stage.kind,
      currency: settings.currency,
      ownerId: ownerOf(conversation),
      position: first + index * gap,
      source: 'first_message',
      firstMessageOf: contact.id,
    })),
    { ifTaken: 'skip' },
  )
  for (const lead of created) notify({ name: 'lead:updated', payload: { lead } })
  return created
}

/** Whoever gets such a lead also answers the person. Call it when the chat shows the message; answers the chats. */
export async function giveChats(context: Context, leads: readonly Lead[]): Promise<Conversation[]> {
  const chats: Conversation[] = []
  for (const { conversationId, ownerId } of leads) {
    if (!conversationId || !ownerId) continue
    const free = ({ assignedTo }: Conversation) => (assignedTo === null ? { assignedTo: ownerId } : undefined)
    chats.push((await changeConversation(context, conversationId, free)).after)
  }
  return chats
}

function isFirst({ item, contact, conversation }: Fresh): boolean {
  return (
    item.origin === 'contact' &&
    item.type !== 'system' &&
    item.type !== 'reaction' &&
    !contact.blockedAt &&
    conversation.lastInboundAt === null
  )
}

/** Somebody whom the team already works on needs no second lead. */
async function withoutOpenLead({ store }: Context, firsts: Fresh[]): Promise<Fresh[]> {
  const open = await store.leads.find({
    where: { contactId: { in: firsts.map(({ contact }) => contact.id) }, status: 'open' },
    limit: firsts.length * 5,
  })
  const known = new Set(open.map(({ contactId }) => contactId))
  return firsts.filter(({ contact }) => !known.has(contact.id))
}
