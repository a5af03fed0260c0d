import type { Overview, PeriodQuery } from '../../contract/analytics.ts'
import type { Context } from '../../feature.ts'
import { readStretches, type DaySum, type Range } from '../message-days/read-stretches.ts'
import { readTotals } from '../message-days/read.ts'
import { addDays, weekdayOf } from '../message-days/zone.ts'
import { sumMessages, sumPricing, sumStatuses } from './figures.ts'
import { instantsOf, periodOf, previousOf } from './period.ts'

export async function readOverview(context: Context, query: PeriodQuery): Promise<Overview> {
  const { store } = context
  const period = await periodOf(context, query.days)
  const before = previousOf(period)
  const [monday, first] = [addDays(period.to, 1 - weekdayOf(period.to)), `${period.to.slice(0, 7)}-01`]
  const since = { from: [before.from, monday, first].sort()[0]!, to: period.to }
  const [{ days: all, stretches }, earliest, conversations, contacts, fresh, earlier] = await Promise.all([
    readStretches(store, period.timeZone, since, [period, before]),
    readTotals(store, period.timeZone, since.from),
    store.conversations.count(),
    store.contacts.count(),
    store.conversations.count({ createdAt: instantsOf(period) }),
    store.conversations.count({ createdAt: instantsOf(before) }),
  ])
  const [now, earlierOn] = stretches
  const sentSince = (from: string) => within(all, { ...period, from }).reduce((sum, { sent }) => sum + sent, 0)
  return {
    ...period,
    totals: {
      received: all.reduce((sum, { received }) => sum + received, earliest.received),
      sent: all.reduce((sum, { sent }) => sum + sent, earliest.sent),
      conversations,
      contacts,
    },
    sent: { today: sentSince(period.to), week: sentSince(monday), month: sentSince(first) },
    period: { ...sumMessages(now.cells, now.waits), newConversations: fresh },
    previous: { ...sumMessages(earlierOn.cells, earlierOn.waits), newConversations: earlier },
    byStatus: sumStatuses(now.cells),
    daily: within(all, period),
    hours: now.hours,
    pricing: sumPricing(now.cells),
  }
}

const within = (days: readonly DaySum[], { from, to }: Range) => days.filter(({ day }) => from <= day && day <= to)
