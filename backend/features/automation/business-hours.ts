import { businessHours as routes, type BusinessHours } from '../../contract/business-hours.ts'
import { implement, type Context } from '../../feature.ts'
import { changeEach } from '../change-each.ts'
import { isOpen, nextOpening } from './opening.ts'
import { ensureSettings, readHours } from './settings.ts'

function present({ now }: Context, hours: BusinessHours) {
  const open = isOpen(hours, now())
  return { ...hours, isOpen: open, nextOpening: open ? null : (nextOpening(hours, now())?.toISOString() ?? null) }
}

export const businessHours = implement(routes, {
  get: async (context) => present(context, await readHours(context)),
  async update(context, { body }) {
    const named = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))
    const usual = await readHours(context)
    const { id } = await ensureSettings(context)
    // Of two who change different parts at once, neither takes away what the other wrote.
    const [changed] = await changeEach(context.store.automationSettings, [id], ({ businessHours: known }) => ({
      businessHours: { ...(known ?? usual), ...named },
    }))
    return present(context, changed!.after.businessHours!)
  },
})
