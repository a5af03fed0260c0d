import type { Config } from '../config.ts'
import { sealEntries } from '../features/audit/seal.ts'
import { resetJob, sendResetLink } from '../features/auth/reset.ts'
import { bulkJob, runBulk } from '../features/bulk/run.ts'
import { contactBulkJob, runContactBulk } from '../features/contact-bulk/run.ts'
import { continueImport, importJob } from '../features/contacts/import-run.ts'
import { countJob, countSegment } from '../features/segments/count.ts'
import { wakeConversation, wakeJob } from '../features/conversations/waking.ts'
import { healthJob, runScheduledCheck, watchNewChannels } from '../features/doctor/reports.ts'
import { keepHouse } from '../features/housekeeping/housekeeping.ts'
import { deadLetterJob, retryDeadLetter } from '../features/inbound/dead-letters.ts'
import { fetchMedia } from '../features/media/fetch.ts'
import { fetchMediaJob } from '../features/media/media.ts'
import { removeOrphanMedia } from '../features/media/retention.ts'
import { rollWorkspaces } from '../features/message-days/roll.ts'
import { applyRetention } from '../features/policies/retention.ts'
import { practiceJob } from '../features/practice/practice.ts'
import { sendJob, sendWaiting } from '../features/sending/outbox.ts'
import { createRates } from '../features/sending/rates.ts'
import { fetchTemplatesJob, runFetch } from '../features/templates/fetch-job.ts'
import { rerouteJob, rerouteUnrouted } from '../features/webhook-log/replay.ts'
import { measureJobs } from '../measure.ts'
import { hour, minute, second } from '../platform/clock.ts'
import { startWorker, type Handlers } from '../platform/jobs/jobs.ts'
import type { Logs } from '../platform/log.ts'
import type { Accounts } from './accounts.ts'
import type { Ground } from './ground.ts'
import type { Parts } from './parts.ts'
import type { WhatsApp } from './whatsapp.ts'

/** Starts the jobs: each is kept in the store and done by one process. */
export function startJobs(
  ground: Ground,
  whatsapp: WhatsApp,
  { authDeps }: Accounts,
  parts: Parts,
  { manual }: { manual: boolean },
) {
  const { store, driver, now, random, logs, metrics, files, quota, contextFor } = ground
  const { apiFor, credentialsOf, templateApiFor, practice, routing, transmit } = whatsapp
  const { contactDeps, importDeps, doctorDeps, replayDeps, automation } = parts
  const rates = createRates({ store, now })
  const mediaDeps = { contextFor, files, apiFor, credentialsOf, quota, log: logs.error }
  const handlers: Handlers = {
    [resetJob]: (job) => sendResetLink(authDeps, job),
    ...automation.handlers,
    [sendJob]: (job) => sendWaiting({ contextFor, rates, transmit, random }, job),
    [wakeJob]: (job) => wakeConversation(contextFor, job),
    [bulkJob]: (job) => runBulk(contextFor, job),
    [contactBulkJob]: (job) => runContactBulk(contactDeps, contextFor, job),
    [countJob]: (job) => countSegment(contextFor, job),
    [importJob]: (job) => continueImport(importDeps, contextFor, job),
    [practiceJob]: practice.runStep,
    [deadLetterJob]: (job) => retryDeadLetter(contextFor(job.workspaceId), job),
    [healthJob]: (job) => runScheduledCheck(doctorDeps, contextFor, job),
    [rerouteJob]: async (job) => void (await rerouteUnrouted({ ...replayDeps, store, routing, now }, job)),
    [fetchTemplatesJob]: (job) => runFetch(contextFor, { apiFor: templateApiFor }, job),
    [fetchMediaJob]: (job) => fetchMedia(mediaDeps, job),
  }
  return startWorker(driver, traceJobs(logs, measureJobs(metrics, handlers)), { log: logs.error, now, manual })
}

const traceJobs = (logs: Logs, handlers: Handlers): Handlers =>
  Object.fromEntries(
    Object.entries(handlers).map(([kind, handle]) => [
      kind,
      (job) => logs.within({ job: `${kind} ${job.key}` }, () => handle(job)),
    ]),
  )

type Timed = [everyMs: number, run: () => Promise<unknown>]

/** What every process looks after from time to time; nothing by itself when it is manual. */
export function startTimers(
  config: Config,
  ground: Ground,
  { processor }: WhatsApp,
  { automation, removeFile }: Parts,
  { manual }: { manual: boolean },
): { stop: () => void; seal: () => Promise<unknown> } {
  const { store, system, now, vault, logs, files, contextFor } = ground
  const seal = () => sealEntries({ system, vault, log: logs.audit })
  const work: Timed[] = [
    [30 * second, () => processor.takeOver(false)],
    [10 * second, seal],
    [5 * minute, () => keepHouse({ store, now })],
    [5 * minute, () => rollWorkspaces({ store, now })],
    [5 * minute, () => applyRetention({ system, contextFor, removeFile, now })],
    [10 * minute, () => watchNewChannels({ store, now })],
    ...(config.FOLLOW_UP_INTERVAL_MS ? [[config.FOLLOW_UP_INTERVAL_MS, automation.sweep] satisfies Timed] : []),
    [6 * hour, () => removeOrphanMedia({ system, files, now })],
  ]
  const timers = manual ? [] : work.map(([milliseconds, run]) => every(milliseconds, run, logs))
  return { stop: () => timers.forEach((timer) => clearInterval(timer)), seal }
}

function every(milliseconds: number, work: () => Promise<unknown>, logs: Logs): NodeJS.Timeout {
  const run = () => void work().catch((error: unknown) => logs.error.error({ error }, 'work in the background failed'))
  return setInterval(run, milliseconds).unref()
}
