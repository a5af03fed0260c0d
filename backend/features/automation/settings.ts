import type { FollowUps } from '../../contract/automation.ts'
import { isTimeZone, type BusinessHours } from '../../contract/business-hours.ts'
import type { Context } from '../../feature.ts'
import type { AutomationSettings } from '../../model/index.ts'

const working = () => [{ from: '09:00', to: '18:00' }]

const defaultHours = (timeZone: string): BusinessHours => ({
  enabled: false,
  timeZone,
  week: {
    monday: working(),
    tuesday: working(),
    wednesday: working(),
    thursday: working(),
    friday: working(),
    saturday: [],
    sunday: [],
  },
  holidays: [],
})

export const defaultFollowUps: FollowUps = {
  enabled: false,
  afterHours: 20,
  kind: 'text',
  text: 'Hi {{first_name}}, did you see our last message? We are happy to help.',
  template: null,
  maxTimes: 1,
  businessHoursOnly: true,
}

type Reader = Pick<Context, 'store' | 'workspaceId'>

export async function readHours({ store, workspaceId }: Reader): Promise<BusinessHours> {
  const row = await store.automationSettings.first({})
  if (row?.businessHours) return row.businessHours
  const timeZone = (await store.workspaces.get(workspaceId))?.settings.timeZone ?? 'UTC'
  return defaultHours(isTimeZone(timeZone) ? timeZone : 'UTC')
}

export async function readFollowUps({ store }: Pick<Context, 'store'>): Promise<FollowUps> {
  return (await store.automationSettings.first({}))?.followUps ?? defaultFollowUps
}

/** The one row of the workspace, made when something is first changed. */
export async function ensureSettings({ store }: Pick<Context, 'store'>): Promise<AutomationSettings> {
  await store.automationSettings.insertMany([{}], { ifTaken: 'skip' })
  return (await store.automationSettings.first({}))!
}
