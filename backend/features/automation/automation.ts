import { automation as routes, type FollowUps } from '../../contract/automation.ts'
import type { Parsed } from '../../contract/route.ts'
import { AppError } from '../../errors.ts'
import { implement, type Context, type ContextFor, type Feature } from '../../feature.ts'
import type { SystemStore } from '../../model/index.ts'
import { hour } from '../../platform/clock.ts'
import type { HttpClient } from '../../platform/http-client.ts'
import { createJudge, createReach } from '../../platform/public-address.ts'
import type { Handlers } from '../../platform/jobs/jobs.ts'
import { remind, reminderJob, reminders } from '../later/reminders.ts'
import { scheduledMessages, sendLaterJob, sendScheduled } from '../later/scheduled-messages.ts'
import type { RuleWatch } from '../triggers/received.ts'
import { rulesJob } from '../triggers/triggers.ts'
import { changeEach } from '../change-each.ts'
import { readPage } from '../pages.ts'
import { businessHours } from './business-hours.ts'
import { followUp, followUpJob, sweepFollowUps } from './follow-ups.ts'
import { createRules } from './rules.ts'
import { runRules, sweepRules } from './run-rules.ts'
import { callHook, ruleHookJob } from './webhook.ts'
import { pauseAutomation } from './pause.ts'
import { defaultFollowUps, ensureSettings, readFollowUps } from './settings.ts'

async function changeFollowUps(context: Context, patch: Parsed<typeof routes.update>['body']['followUps']) {
  const named = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined))
  const { id } = await ensureSettings(context)
  const [changed] = await changeEach(context.store.automationSettings, [id], ({ followUps: known }) => {
    const before = known ?? defaultFollowUps
    const followUps: FollowUps = { ...defaultFollowUps, ...before, ...named }
    if (followUps.enabled && !isComplete(followUps)) throw new AppError('automation.follow_up_incomplete')
    const mark = new Date(context.now().getTime() - followUps.afterHours * hour).toISOString()
    return {
      followUps,
      followUpsEnabled: followUps.enabled,
      // Whoever is silent already stays in peace: only silences that become long enough from now on count.
      ...(before.enabled && before.afterHours === followUps.afterHours ? {} : { sweptUntil: mark, sweptId: null }),
    }
  })
  return changed!.after.followUps!
}

const isComplete = ({ kind, text, template }: FollowUps) =>
  kind === 'text' ? text.length > 0 : Boolean(template?.templateId ?? template?.name)

async function listRuns({ store }: Context, query: Parsed<typeof routes.runs>['query']) {
  const { conversationId, ruleId, outcome } = query
  const { rows, pagination } = await readPage(store.automationRuns, query, {
    where: {
      ...(conversationId ? { conversationId } : {}),
      ...(ruleId ? { ruleId } : {}),
      ...(outcome ? { outcome } : {}),
    },
    sort: ['createdAt', 'desc'],
  })
  return { runs: rows, pagination }
}

type Deps = {
  system: SystemStore
  contextFor: ContextFor
  http: HttpClient
  /** What rules may call besides the public internet, in CIDR notation. */
  ownNetworks: readonly string[]
  watch: RuleWatch
}

/** Everything that writes by itself: its routes, its jobs, and what is looked for at intervals. */
export function createAutomation({ system, contextFor, http, ownNetworks, watch }: Deps): {
  features: Feature[]
  handlers: Handlers
  sweep: () => Promise<void>
} {
  const settings = implement(routes, {
    get: async (context) => ({ followUps: await readFollowUps(context), ownNetworks: [...ownNetworks] }),
    update: async (context, { body }) => ({
      followUps: await changeFollowUps(context, body.followUps),
      ownNetworks: [...ownNetworks],
    }),
    runs: (context, { query }) => listRuns(context, query),
    pause: (context, { params, body }) => pauseAutomation(context, params.conversationId, body.paused),
  })
  return {
    features: [
      businessHours,
      settings,
      createRules({ watch, http, judge: createJudge(createReach(ownNetworks)) }),
      reminders,
      scheduledMessages,
    ],
    handlers: {
      [rulesJob]: (job) => runRules(contextFor, job),
      [ruleHookJob]: (job) => callHook(http, contextFor, job),
      [followUpJob]: (job) => followUp(contextFor, job),
      [reminderJob]: (job) => remind(contextFor, job),
      [sendLaterJob]: (job) => sendScheduled(contextFor, job),
    },
    async sweep() {
      await sweepFollowUps(system, contextFor)
      await sweepRules(system, contextFor)
    },
  }
}
