import { businessHours as routes, type BusinessHours } from '../../contract/business-hours.ts'
import { implement, type Context } from '../../feature.ts'
import { isOpen, nextOpening } from './opening.ts'
import { readHours, saveSettings } from './settings.ts'

function present({ now }: Context, hours: BusinessHours) {
  const open = isOpen(hours, now())
  return { ...hours, isOpen: open, nextOpening: open ? null : (nextOpening(hours, now())?.toISOString() ?? null) }
}

export const businessHours = implement(routes, {
  get: async (context) => present(context, await readHours(context)),
  async update(context, { body }) {
    const named = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))
    const hours = { ...(await readHours(context)), ...named }
    await saveSettings(context, { businessHours: hours })
    return present(context, hours)
  },
})
