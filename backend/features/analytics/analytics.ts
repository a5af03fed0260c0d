import {
  analytics as routes,
  type AgentFigures,
  type ChannelFigures,
  type PeriodQuery,
  type TagFigures,
} from '../../contract/analytics.ts'
import { implement, type Context } from '../../feature.ts'
import { sumMessages } from './figures.ts'
import { readOverview } from './overview.ts'
import { instantsOf, periodOf, readPeriod } from './period.ts'

async function readAgents(context: Context, query: PeriodQuery) {
  const { store } = context
  const period = await periodOf(context, query.days)
  const [stretch, users, assigned] = await Promise.all([
    readPeriod(context, period),
    store.users.find({ sort: ['name', 'asc'], limit: 1000 }),
    store.conversations.group({
      where: { assignedTo: { not: null }, status: { in: ['open', 'pending'] } },
      by: ['assignedTo', 'status'],
    }),
  ])
  const cells = Map.groupBy(stretch.cells, ({ userId }) => userId)
  const waits = Map.groupBy(stretch.waits, ({ userId }) => userId)
  const agents = users.map(({ id, name }): AgentFigures => {
    const count = (status: string) => assigned.find(({ keys }) => keys[0] === id && keys[1] === status)?.count ?? 0
    const { sent, response, firstResponse } = sumMessages(cells.get(id) ?? [], waits.get(id) ?? [])
    return {
      userId: id,
      name,
      sent,
      response,
      firstResponse,
      assigned: { open: count('open'), pending: count('pending') },
    }
  })
  return { ...period, agents: agents.sort((a, b) => b.sent - a.sent || (a.name < b.name ? -1 : 1)) }
}

/** Numbers that were removed took their messages along. */
async function readChannels(context: Context, query: PeriodQuery) {
  const period = await periodOf(context, query.days)
  const [stretch, channels] = await Promise.all([
    readPeriod(context, period),
    context.store.channels.find({ sort: ['createdAt', 'asc'], limit: 1000 }),
  ])
  const figures = channels.map(({ id, name }): ChannelFigures => {
    const cells = stretch.cells.filter(({ channelId }) => channelId === id)
    const waits = stretch.waits.filter(({ channelId }) => channelId === id)
    return { channelId: id, name, ...sumMessages(cells, waits) }
  })
  return { ...period, channels: figures }
}

async function readTags(context: Context, query: PeriodQuery) {
  const period = await periodOf(context, query.days)
  const rows = await context.store.conversations.group({
    where: { lastMessageAt: instantsOf(period) },
    by: [{ field: 'tags', each: 'text' }, 'status', 'needsReply'],
  })
  const tags = [...Map.groupBy(rows, ({ keys }) => String(keys[0]))].map(([tag, group]): TagFigures => {
    const count = (test: (keys: (typeof rows)[number]['keys']) => boolean) =>
      group.filter(({ keys }) => test(keys)).reduce((sum, row) => sum + row.count, 0)
    return {
      tag,
      conversations: count(() => true),
      open: count(([, status]) => status !== 'closed'),
      waiting: count(([, , needsReply]) => needsReply === true),
    }
  })
  return { ...period, tags: tags.sort((a, b) => b.conversations - a.conversations || (a.tag < b.tag ? -1 : 1)) }
}

export const analytics = implement(routes, {
  overview: (context, { query }) => readOverview(context, query),
  agents: (context, { query }) => readAgents(context, query),
  channels: (context, { query }) => readChannels(context, query),
  tags: (context, { query }) => readTags(context, query),
})
