import type { Context } from '../../feature.ts'
import type { AutomationRun, Conversation } from '../../model/index.ts'
import { day } from '../../platform/clock.ts'

const keptDays = 90

type NewRun = Pick<AutomationRun, 'kind' | 'key' | 'name' | 'outcome' | 'reason'> &
  Partial<Pick<AutomationRun, 'ruleId' | 'actions'>>

/** Undefined when the same occasion was dealt with before. */
export async function addRun(
  { store, now, notify }: Context,
  conversation: Pick<Conversation, 'id' | 'contactName'>,
  run: NewRun,
): Promise<AutomationRun | undefined> {
  const [added] = await store.automationRuns.insertMany(
    [
      {
        actions: [],
        ...run,
        conversationId: conversation.id,
        contactName: conversation.contactName,
        expiresAt: new Date(now().getTime() + keptDays * day).toISOString(),
      },
    ],
    { ifTaken: 'skip' },
  )
  if (added) notify({ name: 'automation:run', payload: { run: added } })
  return added
}
