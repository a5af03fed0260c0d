import type { Overview, PeriodQuery } from '../../contract/analytics.ts'
import type { Context } from '../../feature.ts'
import type { CountedDay } from '../message-days/count.ts'
import { readDays, readTotals } from '../message-days/read.ts'
import { addDays, weekdayOf } from '../message-days/zone.ts'
import { sumHours, sumMessages, sumPricing, sumStatuses } from './figures.ts'
import { instantsOf, periodOf, previousOf, type Period } from './period.ts'

export async function readOverview(context: Context, query: PeriodQuery): Promise<Overview> {
  const { store } = context
  const period = await periodOf(context, query.days)
  const before = previousOf(period)
  const [monday, first] = [addDays(period.to, 1 - weekdayOf(period.to)), `${period.to.slice(0, 7)}-01`]
  const from = [before.from, monday, first].sort()[0]!
  const [all, earliest, conversations, contacts, fresh, earlier] = await Promise.all([
    readDays(store, { ...period, from }),
    readTotals(store, period.timeZone, from),
    store.conversations.count(),
    store.contacts.count(),
    store.conversations.count({ createdAt: instantsOf(period) }),
    store.conversations.count({ createdAt: instantsOf(before) }),
  ])
  const days = within(all, period)
  const cells = days.flatMap((day) => day.cells)
  const sentSince = (start: string) => within(all, { ...period, from: start }).reduce((sum, { sent }) => sum + sent, 0)
  return {
    ...period,
    totals: {
      received: all.reduce((sum, { received }) => sum + received, earliest.received),
      sent: all.reduce((sum, { sent }) => sum + sent, earliest.sent),
      conversations,
      contacts,
    },
    sent: { today: sentSince(period.to), week: sentSince(monday), month: sentSince(first) },
    period: { ...figuresOf(days), newConversations: fresh },
    previous: { ...figuresOf(within(all, before)), newConversations: earlier },
    byStatus: sumStatuses(cells),
    daily: days.map(({ day, received, sent }) => ({ day, received, sent })),
    hours: sumHours(days),
    pricing: sumPricing(cells),
  }
}

const within = (days: readonly CountedDay[], { from, to }: Pick<Period, 'from' | 'to'>) =>
  days.filter(({ day }) => from <= day && day <= to)

const figuresOf = (days: readonly CountedDay[]) =>
  sumMessages(
    days.flatMap(({ cells }) => cells),
    days.flatMap(({ waits }) => waits),
  )
