import { webhooks as routes, type Delivery } from '../../contract/webhooks.ts'
import type { Parsed } from '../../contract/route.ts'
import { AppError } from '../../errors.ts'
import { implement, type Context, type Feature } from '../../feature.ts'
import type { WebhookDeadLetter, WebhookDelivery } from '../../model/index.ts'
import { replayDelivery, replayLetter, replayLetters, type ReplayDeps } from './replay.ts'
import { readPage } from '../pages.ts'

/** What Meta sent and what became of it. Deliveries of nobody, or of several businesses, are shown to none. */
export function createWebhookLog(deps: ReplayDeps): Feature {
  return implement(routes, {
    list: listDeliveries,
    get: async (context, { params }) => {
      const delivery = await findDelivery(context, params.deliveryId)
      const deadLetters = await context.store.webhookDeadLetters.find({
        where: { deliveryId: delivery.id },
        limit: 100,
      })
      return { ...presentDelivery(delivery), body: delivery.body, deadLetters }
    },
    replay: async (context, { params }) =>
      presentDelivery(await replayDelivery(deps, context, await findDelivery(context, params.deliveryId))),
    counts: async ({ store }) => ({
      retrying: await store.webhookDeadLetters.count({ state: 'retrying' }),
      dead: await store.webhookDeadLetters.count({ state: 'dead' }),
    }),
    deadLetters: async (context, { query }) => {
      const { rows, pagination } = await readPage(context.store.webhookDeadLetters, query, {
        where: query.state ? { state: query.state } : {},
        sort: ['createdAt', 'desc'],
      })
      return { deadLetters: rows, pagination }
    },
    replayLetter: async (context, { params }) => replayLetter(context, await findLetter(context, params.letterId)),
    replayLetters: (context) => replayLetters(context),
  })
}

async function listDeliveries(context: Context, { query }: Parsed<typeof routes.list>) {
  const { rows, pagination } = await readPage(context.store.webhookDeliveries, query, {
    // The log is shared by all workspaces, so the workspace is named here.
    where: { workspaceId: context.workspaceId, ...(query.state ? { state: query.state } : {}) },
    sort: ['createdAt', 'desc'],
  })
  return { deliveries: rows.map(presentDelivery), pagination }
}

async function findDelivery({ store, workspaceId }: Context, id: string): Promise<WebhookDelivery> {
  const delivery = await store.webhookDeliveries.get(id)
  if (!delivery || delivery.workspaceId !== workspaceId) throw new AppError('webhook.delivery_not_found')
  return delivery
}

async function findLetter({ store }: Context, id: string): Promise<WebhookDeadLetter> {
  const letter = await store.webhookDeadLetters.get(id)
  if (!letter) throw new AppError('webhook.dead_letter_not_found')
  return letter
}

function presentDelivery({ body, ...delivery }: WebhookDelivery): Delivery {
  return { ...delivery, isReplayable: body !== null && delivery.state !== 'waiting' }
}
