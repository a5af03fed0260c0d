import { BilledCategory, type RateCard, type Rates, type Usage } from '../../contract/usage.ts'
import type { DayCell } from '../../model/analytics.ts'

/** Since 1 October 2026 Meta bills answers too, after so many per number and month. */
const freeAnswers = 1000
const answersCostSince = '2026-10'

/** Meta bills what was delivered. */
const delivered = new Set(['delivered', 'read', 'played'])

type Day = { day: string; cells: readonly DayCell[] }

/** The month of one number, from the counted days and the prices that held on each. */
export function sumMonth(
  { month, channelId, today }: { month: string; channelId: string; today: string },
  days: readonly Day[],
  { currency, cards }: Rates,
): Usage {
  const sums = new Map<string, Usage['categories'][number]>()
  for (const { day, cells } of days)
    for (const cell of cells) {
      if (cell.channelId !== channelId || !isBilledKind(cell)) continue
      const category = cell.category!
      const sum = sums.get(category) ?? { category, delivered: 0, billed: 0, cost: 0 }
      const billed = cell.billable ? cell.count : 0
      const price = priceOn(cards, day, category)
      const cost = billed === 0 ? sum.cost : sum.cost === null || price === null ? null : sum.cost + billed * price
      sums.set(category, { category, delivered: sum.delivered + cell.count, billed: sum.billed + billed, cost })
    }
  const categories = [...sums.values()].sort((a, b) => b.delivered - a.delivered || (a.category < b.category ? -1 : 1))
  return {
    limited: false,
    month,
    currency,
    free: month < answersCostSince ? null : freeOf(sums.get('service')?.delivered ?? 0),
    categories: categories.map((sum) => ({ ...sum, cost: sum.cost === null ? null : rounded(sum.cost) })),
    spend: rounded(categories.reduce((total, { cost }) => total + (cost ?? 0), 0)),
    complete: categories.every(({ cost }) => cost !== null),
    today: pricesOn(cards, today),
  }
}

/** For somebody who does not see every chat: prices, and whether the free answers are used up, but no counts. */
export function withoutCounts(whole: Usage): Usage {
  const { free } = whole
  const isUsedUp = free !== null && free.left === 0
  return {
    ...whole,
    limited: true,
    free: isUsedUp ? { ...free, used: free.allowance } : null,
    categories: [],
    spend: 0,
    complete: false,
  }
}

const isBilledKind = ({ direction, category, status }: DayCell) =>
  direction === 'outbound' && category !== null && delivered.has(status)

const freeOf = (used: number) => ({ allowance: freeAnswers, used, left: Math.max(0, freeAnswers - used) })

/** Prices have up to six places; sums of them collect dust behind that. */
const rounded = (amount: number) => Math.round(amount * 1e6) / 1e6

function cardOn(cards: readonly RateCard[], day: string): RateCard | undefined {
  return cards.filter(({ from }) => from <= day).toSorted((a, b) => (a.from < b.from ? 1 : -1))[0]
}

/** `marketing_lite` and `authentication_international` are told apart by Meta; the price list here does not. */
function priceOn(cards: readonly RateCard[], day: string, category: string): number | null {
  const kind = BilledCategory.options.find((one) => category === one || category.startsWith(`${one}_`))
  return (kind && cardOn(cards, day)?.[kind]) ?? null
}

function pricesOn(cards: readonly RateCard[], day: string): Usage['today'] {
  const { marketing = null, utility = null, authentication = null, service = null } = cardOn(cards, day) ?? {}
  return { marketing, utility, authentication, service }
}
