import { forgetFailedJobs } from '../../platform/jobs/jobs.ts'
import type { AppStore, SystemStore, Workspace } from '../../model/index.ts'

const day = 24 * 60 * 60 * 1000
/** At most this many documents per collection and round, so that a round is short; the next one goes on. */
const batch = 500
/** What failed for good has no use later than that, and may hold an address or a name. */
const keptFailures = 30 * day

type Deps = { store: AppStore; now: () => Date }

/** Forgets what has served its time. Runs every few minutes in one process or in several; each round is harmless twice. */
export async function keepHouse({ store, now }: Deps): Promise<{ removed: number }> {
  const { system } = store
  const instant = now().toISOString()
  let removed = 0
  removed += await removeBatch(system, 'sessions', { expiresAt: { lt: instant } })
  removed += await removeBatch(system, 'passwordResets', { expiresAt: { lt: instant } })
  removed += await removeBatch(system, 'idempotencyKeys', { expiresAt: { lt: instant } })
  removed += await removeBatch(system, 'orphans', { expiresAt: { lt: instant } })
  removed += await removeBatch(system, 'notifications', { expiresAt: { lt: instant } })
  removed += await removeBatch(system, 'bulkActions', { expiresAt: { lt: instant } })
  removed += await removeBatch(system, 'contactBulks', { expiresAt: { lt: instant } })
  removed += await removeBatch(system, 'contactImports', { expiresAt: { lt: instant } })
  removed += await removeBatch(system, 'automationRuns', { expiresAt: { lt: instant } })
  removed += await forgetFailedJobs(store.driver, new Date(now().getTime() - keptFailures), batch)
  removed += await forgetDeliveries({ store, now })
  if (store.driver.kind === 'json') await store.driver.forgetDeleted(new Date(now().getTime() - day))
  return { removed }
}

type Expiring =
  | 'sessions'
  | 'passwordResets'
  | 'idempotencyKeys'
  | 'orphans'
  | 'notifications'
  | 'bulkActions'
  | 'contactBulks'
  | 'contactImports'
  | 'automationRuns'

async function removeBatch(system: SystemStore, name: Expiring, where: { expiresAt: { lt: string } }): Promise<number> {
  const collection = system[name] as SystemStore['sessions']
  const expired = await collection.find({ where, limit: batch })
  return expired.length === 0 ? 0 : collection.removeWhere({ id: { in: expired.map(({ id }) => id) } })
}

/** Each workspace says how long its log of webhooks is kept; deliveries of nobody stay 30 days, in case a number is added. */
async function forgetDeliveries({ store, now }: Deps): Promise<number> {
  const workspaces = await store.system.workspaces.find({ limit: 10_000 })
  const retentions = [...workspaces.map(retentionOf), { workspaceId: null, days: 30 }]
  let removed = 0
  for (const { workspaceId, days } of retentions) {
    const before = new Date(now().getTime() - days * day).toISOString()
    const old = await store.system.webhookDeliveries.find({
      where: { workspaceId, createdAt: { lt: before } },
      sort: ['createdAt', 'asc'],
      limit: batch,
    })
    if (old.length > 0)
      removed += await store.system.webhookDeliveries.removeWhere({ id: { in: old.map(({ id }) => id) } })
    if (workspaceId !== null) removed += await forgetLetters(store.system, workspaceId, before)
  }
  return removed
}

/** What could not be applied has the words of customers in it, too. */
async function forgetLetters(system: SystemStore, workspaceId: string, before: string): Promise<number> {
  const old = await system.webhookDeadLetters.find({
    where: { workspaceId, createdAt: { lt: before } },
    sort: ['createdAt', 'asc'],
    limit: batch,
  })
  return old.length === 0 ? 0 : system.webhookDeadLetters.removeWhere({ id: { in: old.map(({ id }) => id) } })
}

const retentionOf = ({ id, settings }: Workspace) => ({ workspaceId: id, days: settings.webhookRetentionDays })
