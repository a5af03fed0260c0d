import type { WorkspaceSettings } from '../../contract/workspace.ts'
import { AppError } from '../../errors.ts'
import type { Context } from '../../feature.ts'
import { recordDeed } from '../audit/record.ts'

/** Others may change other settings at the same moment; each try reads them afresh. */
const tries = 5

/** Changes some settings of the workspace and keeps the rest. What was changed to what is in the audit log. */
export async function changeSettings(
  context: Context,
  patch: { [Name in keyof WorkspaceSettings]?: WorkspaceSettings[Name] | undefined },
): Promise<WorkspaceSettings> {
  const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined))
  for (let attempt = 0; attempt < tries; attempt++) {
    const settings = await context.store.transaction(async (store) => {
      const before = await store.workspaces.get(context.workspaceId)
      if (!before) throw new AppError('workspace.not_found')
      const after = { ...before.settings, ...given }
      const changed = Object.entries(given).filter(
        ([name, value]) => before.settings[name as keyof WorkspaceSettings] !== value,
      )
      const onlyIf = { updatedAt: before.updatedAt }
      if (!(await store.workspaces.update(before.id, { settings: after }, { onlyIf }))) return undefined
      const details = Object.fromEntries(changed) as Record<string, string | number | null>
      if (changed.length > 0) await recordDeed({ ...context, store }, { action: 'settings.changed', details })
      return after
    })
    if (settings) return settings
  }
  throw new AppError('request.conflict')
}
