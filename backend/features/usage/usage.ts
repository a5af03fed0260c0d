import { Rates, usage as routes, type Usage } from '../../contract/usage.ts'
import { AppError } from '../../errors.ts'
import { implement, type Context } from '../../feature.ts'
import type { Workspace } from '../../model/index.ts'
import { readDays } from '../message-days/read.ts'
import { addDays, dayOf } from '../message-days/zone.ts'
import { wholeStoreOf } from '../visibility/limited-store.ts'
import { sumMonth, withoutCounts } from './sums.ts'

async function findWorkspace({ store, workspaceId }: Context): Promise<Workspace> {
  const workspace = await store.workspaces.get(workspaceId)
  if (!workspace) throw new AppError('workspace.not_found')
  return workspace
}

/** Workspaces from before there were prices have none. */
const ratesOf = ({ settings }: Workspace): Rates => settings.rates ?? Rates.parse({})

async function readMonth(context: Context, channelId: string, wanted: string | undefined): Promise<Usage> {
  if (!(await context.store.channels.get(channelId))) throw new AppError('channel.not_found')
  const workspace = await findWorkspace(context)
  const { timeZone } = workspace.settings
  const store = wholeStoreOf(context.store)
  const today = dayOf(context.now(), timeZone)
  const month = wanted ?? today.slice(0, 7)
  const from = `${month}-01`
  const to = lastDayOf(month) < today ? lastDayOf(month) : today
  const days = from > today ? [] : await readDays(store, { timeZone, from, to })
  const whole = sumMonth({ month, channelId, today }, days, ratesOf(workspace))
  return store === context.store ? whole : withoutCounts(whole)
}

const lastDayOf = (month: string) => addDays(`${addDays(`${month}-28`, 4).slice(0, 7)}-01`, -1)

async function saveRates(context: Context, { currency, cards }: Rates): Promise<Rates> {
  const rates = { currency, cards: cards.toSorted((a, b) => (a.from < b.from ? -1 : 1)) }
  const { id, settings, updatedAt } = await findWorkspace(context)
  // Other settings stand in the same place: what somebody else changes in this moment stays, whom agents see for example.
  const saved = await context.store.workspaces.update(
    id,
    { settings: { ...settings, rates } },
    { onlyIf: { updatedAt } },
  )
  if (!saved) throw new AppError('request.conflict')
  return rates
}

export const usage = implement(routes, {
  month: (context, { params, query }) => readMonth(context, params.channelId, query.month),
  rates: async (context) => ratesOf(await findWorkspace(context)),
  saveRates: (context, { body }) => saveRates(context, body),
})
