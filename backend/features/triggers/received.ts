import type { TriggerKind } from '../../contract/rules.ts'
import type { Context } from '../../feature.ts'
import type { Message } from '../../model/index.ts'
import { hour, second } from '../../platform/clock.ts'
import { ruleJob } from './triggers.ts'

const ofMessages: readonly TriggerKind[] = ['keyword', 'first_message', 'outside_hours', 'button']

/** A rule that another process turned on is heard of after this time. */
const remembered = 5 * second
/** What arrives later than that, after an outage for example, is for people to answer. */
const stale = 6 * hour

export type RuleWatch = {
  /** Queues the messages for the rules, inside the transaction that stores them. */
  queueReceived(context: Context, messages: readonly Message[]): Promise<void>
  forget(workspaceId: string): void
}

/** Remembers which workspaces have rules about messages, so that the others pay nothing for a message that comes in. */
export function createRuleWatch(): RuleWatch {
  const known = new Map<string, { until: number; active: boolean }>()

  async function isActive({ store, workspaceId, now }: Context): Promise<boolean> {
    const at = now().getTime()
    const entry = known.get(workspaceId)
    if (entry && entry.until > at) return entry.active
    const rule = await store.automationRules.first({ enabled: true, triggerKind: { in: ofMessages } })
    known.set(workspaceId, { until: at + remembered, active: rule !== undefined })
    return rule !== undefined
  }

  return {
    async queueReceived(context, messages) {
      const oldest = new Date(context.now().getTime() - stale).toISOString()
      const wanted = messages.filter(
        ({ source, type, sentAt }) =>
          source === 'contact' && type !== 'reaction' && type !== 'system' && sentAt > oldest,
      )
      if (wanted.length === 0 || !(await isActive(context))) return
      const runAt = context.now().toISOString()
      await context.store.schedule(
        wanted.map(({ id, conversationId }) =>
          ruleJob({ event: { kind: 'message', messageId: id }, subject: { conversationId }, key: id }, runAt),
        ),
      )
    },
    forget: (workspaceId) => void known.delete(workspaceId),
  }
}
