import type { TriggerKind } from '../../contract/rules.ts'
import type { Context } from '../../feature.ts'
import { hashToken } from '../../platform/crypto.ts'

export const rulesJob = 'rules'

/** Something happened that rules may wait for. */
export type RuleEvent =
  | { kind: 'message'; messageId: string }
  | { kind: 'tag_added'; tag: string }
  | { kind: 'stage_changed'; stageId: string }
  | { kind: 'no_reply'; ruleId: string; messageId: string }

/** A chat, or a person whose latest chat is meant. */
type Subject = { conversationId: string } | { contactId: string }
export type RuleJob = { event: RuleEvent; subject: Subject; key: string }

/** Each occasion is a job of its own, in the transaction that made it happen; those of one chat run in their order. */
export function ruleJob({ event, subject, key }: RuleJob, runAt: string) {
  const chat = 'conversationId' in subject ? subject.conversationId : subject.contactId
  const payload = { event, subject, key }
  return { kind: rulesJob, key: `${rulesJob}:${key}`, queue: `${rulesJob}:${chat}`, runAt, payload }
}

/** Tags and stages change seldom, so whether any rule waits for it is simply asked. */
async function queueIfWanted(context: Context, kind: TriggerKind, jobs: readonly RuleJob[]): Promise<void> {
  const { store, now } = context
  if (jobs.length === 0 || !(await store.automationRules.first({ enabled: true, triggerKind: kind }))) return
  await store.schedule(jobs.map((job) => ruleJob(job, now().toISOString())))
}

type Tagged = { before: readonly string[]; after: readonly string[]; subject: Subject }

export async function queueTags(context: Context, changes: readonly Tagged[]): Promise<void> {
  const at = context.now().getTime()
  const jobs = changes.flatMap(({ before, after, subject }) =>
    after
      .filter((tag) => !before.includes(tag))
      .map((tag) => {
        const [id] = Object.values(subject)
        // Not the tag itself: keys stand in the log, and in a header that carries no other letters than those of English.
        return {
          event: { kind: 'tag_added' as const, tag },
          subject,
          key: `tag:${id}:${at}:${hashToken(tag).slice(0, 16)}`,
        }
      }),
  )
  await queueIfWanted(context, 'tag_added', jobs)
}

type Moved = { id: string; stageId: string; contactId: string; conversationId: string | null }

export async function queueStage(context: Context, lead: Moved): Promise<void> {
  const { conversationId, contactId, stageId } = lead
  const subject = conversationId ? { conversationId } : { contactId }
  const key = `stage:${lead.id}:${context.now().getTime()}`
  await queueIfWanted(context, 'stage_changed', [{ event: { kind: 'stage_changed', stageId }, subject, key }])
}
