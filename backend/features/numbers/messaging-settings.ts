import { messagingSettings as routes, type MessagingSettings } from '../../contract/numbers.ts'
import { AppError } from '../../errors.ts'
import { implement, type Context } from '../../feature.ts'
import type { Workspace } from '../../model/index.ts'

async function findWorkspace({ store, workspaceId }: Context): Promise<Workspace> {
  const workspace = await store.workspaces.get(workspaceId)
  if (!workspace) throw new AppError('workspace.not_found')
  return workspace
}

async function changeSettings(context: Context, patch: Partial<MessagingSettings>): Promise<MessagingSettings> {
  const { settings } = await findWorkspace(context)
  const updated = await context.store.workspaces.update(context.workspaceId, { settings: { ...settings, ...patch } })
  if (!updated) throw new AppError('workspace.not_found')
  return present(updated)
}

function present({ settings }: Workspace): MessagingSettings {
  const { readReceipts, typingIndicator = true, webhookRetentionDays } = settings
  return { readReceipts, typingIndicator, webhookRetentionDays }
}

export const messagingSettings = implement(routes, {
  get: async (context) => present(await findWorkspace(context)),
  update: (context, { body }) =>
    changeSettings(context, Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))),
})
