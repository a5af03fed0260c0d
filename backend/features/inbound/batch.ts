import type { ContextFor } from '../../feature.ts'
import type { AppStore, WebhookDelivery } from '../../model/index.ts'
import { parseWebhookJson, readWebhook, type IncomingItem } from '../../platform/channel/channel.ts'
import { hour } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { IdentityRace } from '../contacts/identity.ts'
import { recheckIfSilent } from '../doctor/reports.ts'
import { keepDeadLetter } from './dead-letters.ts'
import { applyItems } from './inbound.ts'
import { StaleWrite, type Routed } from './routed.ts'
import type { OnReceived } from './messages.ts'
import type { Routing } from './routing.ts'

export type BatchDeps = {
  store: AppStore
  routing: Routing
  contextFor: ContextFor
  now: () => Date
  log: Log
  onReceived?: OnReceived
}

type Readable = { delivery: WebhookDelivery; items: IncomingItem[]; summary: string }
type Batch = readonly (Readable & { routed: Routed[] })[]

/** One transaction of more would hold the event loop, and so the answers to other webhooks, for too long. */
const mostAtOnce = 200

/** Another process did the same at the same moment; the item itself is fine. */
const raceTries = 5

export function readDelivery(delivery: WebhookDelivery): Readable {
  try {
    const { items, summary } = readWebhook(parseWebhookJson(delivery.body ?? ''), new Date(delivery.createdAt))
    return { delivery, items, summary }
  } catch {
    return { delivery, items: [], summary: 'Not readable' }
  }
}

/**
 * Applies deliveries and notes what became of them: in a transaction or a few when nothing is wrong with any, else item by item,
 * so that a poisonous one ends alone. Rejects when the store is full or away; then nothing is lost and all is tried again.
 */
export async function applyBatch(deps: BatchDeps, readable: readonly Readable[]): Promise<void> {
  const { routing } = deps
  const batch: Batch = await Promise.all(
    readable.map(async (entry) => ({ ...entry, routed: await routing.route(entry.items, entry.delivery.signedBy) })),
  )
  const items = batch.flatMap(({ routed }) => routed)
  const byWorkspace = Map.groupBy(items, ({ channel }) => channel.workspaceId)
  const [only] = byWorkspace.keys()
  if (byWorkspace.size !== 1 || !(await applyTogether(deps, only!, batch, items)))
    await applySingly(deps, batch, byWorkspace)
  await noteWebhooksSeen(deps, items)
}

/** False when something stood in the way and the items have to be taken one by one. */
async function applyTogether(
  deps: BatchDeps,
  workspaceId: string,
  batch: Batch,
  items: readonly Routed[],
): Promise<boolean> {
  const parts = cutInto(items, mostAtOnce)
  const last = parts.pop() ?? []
  // A delivery that is cut off between two parts is applied again from its start: each item knows whether it is new.
  for (const part of parts) if ((await apply(deps, workspaceId, part)) !== undefined) return false
  const note = (store: Tx) => store.webhookDeliveries.updateEach(outcomesOf(batch))
  return (await apply(deps, workspaceId, last, note)) === undefined
}

async function applySingly(deps: BatchDeps, batch: Batch, byWorkspace: Map<string, Routed[]>): Promise<void> {
  const failed = new Set<Routed>()
  for (const [workspaceId, items] of byWorkspace)
    for (const entry of items) if (!(await applyOne(deps, workspaceId, entry))) failed.add(entry)
  const left = failed.size === 0 ? batch : await withoutRemoved(deps, batch)
  for (const { delivery, routed } of left)
    for (const entry of routed)
      if (failed.has(entry)) await keepDeadLetter(deps.contextFor(entry.channel.workspaceId), delivery.id, entry)
  await deps.store.system.webhookDeliveries.updateEach(outcomesOf(left, failed))
}

/** A number may be removed while its last webhooks are applied; what was for it is for nobody now, and no failure. */
async function withoutRemoved({ store }: BatchDeps, batch: Batch): Promise<Batch> {
  const ids = new Set(batch.flatMap(({ routed }) => routed.map(({ channel }) => channel.id)))
  const there = new Set((await store.system.channels.getMany([...ids])).map(({ id }) => id))
  return batch.map((entry) => ({ ...entry, routed: entry.routed.filter(({ channel }) => there.has(channel.id)) }))
}

async function applyOne(deps: BatchDeps, workspaceId: string, entry: Routed): Promise<boolean> {
  let error = await apply(deps, workspaceId, [entry])
  for (let tries = 1; isRace(error) && tries < raceTries; tries++) error = await apply(deps, workspaceId, [entry])
  if (error === undefined) return true
  const { kind, key } = entry.item
  deps.log.warn({ error, workspaceId, kind, key }, 'webhook item could not be applied')
  return false
}

function cutInto<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, part) =>
    items.slice(part * size, (part + 1) * size),
  )
}

type Tx = ReturnType<ContextFor>['store']

/** One transaction; its events go out after it. Answers what went wrong with the items. */
async function apply(
  { contextFor, onReceived }: BatchDeps,
  workspaceId: string,
  items: readonly Routed[],
  also?: (tx: Tx) => Promise<unknown>,
): Promise<unknown> {
  const context = contextFor(workspaceId)
  try {
    await context.store.transaction(async (tx) => {
      await applyItems({ ...context, store: tx }, items, onReceived)
      await also?.(tx)
    })
    context.flush()
    return undefined
  } catch (error) {
    if (isOutage(error)) throw error
    return error
  }
}

function outcomesOf(batch: Batch, failed: ReadonlySet<Routed> = new Set()) {
  return batch.map(({ delivery, items, summary, routed }) => {
    const failures = routed.filter((entry) => failed.has(entry)).length
    const workspaceIds = new Set(routed.map(({ channel }) => channel.workspaceId))
    const workspaceId = workspaceIds.size === 1 ? [...workspaceIds][0]! : null
    const state = stateOf(items.length, routed.length, failures)
    // The body is kept as long as somebody may want to replay it.
    const set = {
      state,
      failures,
      summary,
      items: items.length,
      workspaceId,
      ...(state === 'done' ? { body: null } : {}),
    }
    return { id: delivery.id, set }
  })
}

function stateOf(items: number, routed: number, failures: number): WebhookDelivery['state'] {
  if (items === 0) return 'unreadable'
  if (routed === 0) return 'unrouted'
  return failures > 0 ? 'failed' : 'done'
}

/** Once a minute at most: it is a fact for the status page, not a log. */
async function noteWebhooksSeen({ store, now }: BatchDeps, items: readonly Routed[]): Promise<void> {
  const at = now()
  for (const channel of new Set(items.map((entry) => entry.channel))) {
    if (channel.webhookSeenAt && at.getTime() - Date.parse(channel.webhookSeenAt) < 60_000) continue
    const wasAway = channel.webhookSeenAt && at.getTime() - Date.parse(channel.webhookSeenAt) > hour
    channel.webhookSeenAt = at.toISOString()
    await store.system.channels.update(channel.id, { webhookSeenAt: channel.webhookSeenAt, webhookProblem: null })
    if (wasAway) await recheckIfSilent(store.workspace(channel.workspaceId), channel.id, at)
  }
}

const isRace = (error: unknown) => error instanceof IdentityRace || error instanceof StaleWrite
const isOutage = (error: unknown) =>
  error instanceof Error && ['StorageFull', 'StoreBusy', 'StoreUnavailable', 'StoreClosed'].includes(error.name)
