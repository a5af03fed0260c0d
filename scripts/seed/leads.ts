import { gap } from '../../backend/features/leads/positions.ts'
import type { Conversation } from '../../backend/model/index.ts'
import type { Dialogue } from './dialogues.ts'
import type { Random } from './random.ts'
import type { Demo } from './workspace.ts'

const hour = 60 * 60_000
const day = 24 * hour
const lostReasons = ['Too expensive', 'Chose somebody else', 'No answer any more', 'The date did not work out']
const wonReasons = ['Liked the tasting', 'Recommended by a friend', 'A good price', 'Came back']
const steps = ['Send the offer', 'Call back', 'Ask about the date', 'Tasting in the shop', 'Confirm the delivery']

export type Prospect = { conversation: Conversation; dialogue: Dialogue; userId: string | null; endsAt: number }

/** Chats about something with a price become leads: recent ones are open, older ones are mostly decided. */
export async function writeLeads({ store }: Demo, random: Random, prospects: readonly Prospect[], now: number) {
  const stages = await store.leadStages.find({ sort: ['position', 'asc'], limit: 50 })
  const open = stages.filter(({ kind }) => kind === 'open')
  const [won, lost] = (['won', 'lost'] as const).map((kind) => stages.find((stage) => stage.kind === kind)!)
  const midnight = Math.floor(now / day) * day
  const leads = prospects.flatMap(({ conversation, dialogue, userId, endsAt }, index) => {
    if (!dialogue.value) return []
    const isOld = now - endsAt > 12 * day
    const stage = isOld ? (random.chance(0.62) ? won! : lost!) : random.pick(open)
    const isPlanned = stage.kind === 'open' && random.chance(0.78)
    return [
      {
        contactId: conversation.contactId,
        contactName: conversation.contactName,
        conversationId: conversation.id,
        title: random.pick(dialogue.topics),
        stageId: stage.id,
        status: stage.kind,
        value: random.chance(0.9) ? Math.round(random.between(...dialogue.value) / 5) * 5 : null,
        currency: 'EUR',
        ownerId: userId,
        nextStep: isPlanned ? random.pick(steps) : null,
        nextStepAt: isPlanned
          ? new Date(midnight + random.between(-1, 9) * day + random.between(9, 18) * hour).toISOString()
          : null,
        closedReason: stage.kind === 'open' ? null : random.pick(stage.kind === 'won' ? wonReasons : lostReasons),
        closedAt: stage.kind === 'open' ? null : new Date(endsAt + day).toISOString(),
        position: (index + 1) * gap,
        source: random.chance(0.5) ? 'first_message' : null,
      },
    ]
  })
  const stored = await store.leads.insertMany(leads)
  const moved = stored.filter(({ stageId }) => stageId !== open[0]!.id)
  await store.leadEvents.insertMany(
    moved.map(({ id, stageId, ownerId }) => ({
      leadId: id,
      field: 'stageId',
      before: open[0]!.id,
      after: stageId,
      userId: ownerId,
    })),
  )
  return stored.length
}
