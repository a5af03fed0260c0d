import { firstRun as routes } from '../../contract/first-run.ts'
import type { Parsed } from '../../contract/route.ts'
import type { WorkspaceSettings } from '../../contract/workspace.ts'
import { AppError } from '../../errors.ts'
import { implement, type Context } from '../../feature.ts'
import type { Workspace } from '../../model/index.ts'
import { readFirstRun } from './facts.ts'
import { addSamples } from './samples.ts'

type Business = Parsed<typeof routes.saveBusiness>['body']

/** What is not named stays; somebody who changed the settings in the same moment is not overwritten. */
async function changeWorkspace(
  { store, workspaceId }: Context,
  name: string | undefined,
  change: Partial<WorkspaceSettings>,
): Promise<Workspace> {
  const workspace = await store.workspaces.get(workspaceId)
  if (!workspace) throw new AppError('workspace.not_found')
  const saved = await store.workspaces.update(
    workspaceId,
    { ...(name === undefined ? {} : { name }), settings: { ...workspace.settings, ...change } },
    { onlyIf: { updatedAt: workspace.updatedAt } },
  )
  if (!saved) throw new AppError('request.conflict')
  return saved
}

const saveBusiness = (context: Context, { name, ...settings }: Business) =>
  changeWorkspace(
    context,
    name,
    Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)),
  )

export const firstRun = implement(routes, {
  read: readFirstRun,
  dismiss: async (context) => {
    await changeWorkspace(context, undefined, { firstRunDismissed: true })
    return {}
  },
  addSamples,
  saveBusiness: (context, { body }) => saveBusiness(context, body),
})
