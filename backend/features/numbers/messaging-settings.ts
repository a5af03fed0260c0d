import { messagingSettings as routes, type MessagingSettings } from '../../contract/numbers.ts'
import { AppError } from '../../errors.ts'
import { implement, type Context } from '../../feature.ts'
import type { Workspace } from '../../model/index.ts'
import { changeSettings } from '../policies/settings.ts'

async function findWorkspace({ store, workspaceId }: Context): Promise<Workspace> {
  const workspace = await store.workspaces.get(workspaceId)
  if (!workspace) throw new AppError('workspace.not_found')
  return workspace
}

function present({ settings }: Pick<Workspace, 'settings'>): MessagingSettings {
  const { readReceipts, typingIndicator = true, webhookRetentionDays } = settings
  return { readReceipts, typingIndicator, webhookRetentionDays }
}

export const messagingSettings = implement(routes, {
  get: async (context) => present(await findWorkspace(context)),
  update: async (context, { body }) => present({ settings: await changeSettings(context, body) }),
})
