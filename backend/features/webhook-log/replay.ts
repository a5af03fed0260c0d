import { AppError } from '../../errors.ts'
import type { Context } from '../../feature.ts'
import type { AppStore, WebhookDeadLetter, WebhookDelivery } from '../../model/index.ts'
import { parseWebhookJson, readWebhook } from '../../platform/channel/channel.ts'
import type { Job } from '../../platform/jobs/jobs.ts'
import { applyLetter } from '../inbound/dead-letters.ts'
import type { Routing } from '../inbound/routing.ts'

export type ReplayDeps = {
  /** Takes up deliveries that are waiting again. */
  takeOver: () => Promise<unknown>
}

/** Puts a delivery back into the queue. What it did before is recognised by its keys and not done twice. */
export async function replayDelivery(
  { takeOver }: ReplayDeps,
  { store, now }: Context,
  delivery: WebhookDelivery,
): Promise<WebhookDelivery> {
  if (delivery.body === null) throw new AppError('webhook.not_replayable')
  const waiting = await store.webhookDeliveries.update(
    delivery.id,
    { state: 'waiting', claimedUntil: now().toISOString() },
    { onlyIf: { state: { in: ['failed', 'unrouted', 'unreadable', 'done'] } } },
  )
  if (waiting) await takeOver()
  return waiting ?? delivery
}

/** Tries one item now; its own tries go on afterwards when it still does not work. */
export async function replayLetter(context: Context, letter: WebhookDeadLetter): Promise<WebhookDeadLetter> {
  if (letter.state === 'resolved') return letter
  const error = await applyLetter(context, letter)
  if (error)
    await context.store.webhookDeadLetters.update(letter.id, { error: String(error) }, { add: { attempts: 1 } })
  return (await context.store.webhookDeadLetters.get(letter.id)) ?? letter
}

const lettersAtOnce = 500

export async function replayLetters(context: Context): Promise<{ resolved: number; failed: number }> {
  const letters = await context.store.webhookDeadLetters.find({
    where: { state: { in: ['dead', 'retrying'] } },
    sort: ['createdAt', 'asc'],
    limit: lettersAtOnce,
  })
  let resolved = 0
  for (const letter of letters) if ((await replayLetter(context, letter)).state === 'resolved') resolved++
  return { resolved, failed: letters.length - resolved }
}

export const rerouteJob = 'webhook-reroute'

/** Looks through the webhooks of nobody for a number that was connected just now. In the transaction of connecting, or after it. */
export function scheduleReroute({ store, now }: Context): Promise<void> {
  return store.schedule([{ kind: rerouteJob, key: rerouteJob, runAt: now().toISOString(), payload: {} }])
}

type RerouteDeps = ReplayDeps & { store: AppStore; routing: Routing; now: () => Date }

const pageSize = 200

/** Webhooks that came before their number was connected are applied now. Answers how many. */
export async function rerouteUnrouted(
  { store, routing, now, takeOver }: RerouteDeps,
  { workspaceId }: Pick<Job, 'workspaceId'>,
): Promise<number> {
  routing.forget()
  let found = 0
  for (let last: WebhookDelivery | undefined; ;) {
    const page: WebhookDelivery[] = await store.system.webhookDeliveries.find({
      where: { state: 'unrouted' },
      sort: ['claimedUntil', 'asc'],
      limit: pageSize,
      ...(last ? { after: { value: last.claimedUntil, id: last.id } } : {}),
    })
    const ours: string[] = []
    for (const delivery of page) if (await isFor(routing, delivery, workspaceId)) ours.push(delivery.id)
    await store.system.webhookDeliveries.updateEach(
      ours.map((id) => ({
        id,
        set: { state: 'waiting' as const, claimedUntil: now().toISOString() },
        onlyIf: { state: 'unrouted' as const },
      })),
    )
    found += ours.length
    last = page.at(-1)
    if (page.length < pageSize) break
  }
  if (found > 0) await takeOver()
  return found
}

async function isFor(routing: Routing, { body, signedBy }: WebhookDelivery, workspaceId: string): Promise<boolean> {
  if (body === null) return false
  try {
    const routed = await routing.route(readWebhook(parseWebhookJson(body)).items, signedBy)
    return routed.some(({ channel }) => channel.workspaceId === workspaceId)
  } catch {
    return false
  }
}
