import { pipeline as routes, PipelineSettings } from '../../contract/pipeline.ts'
import { AppError } from '../../errors.ts'
import { implement, type Context } from '../../feature.ts'
import { requireAssignee } from '../team/assignee.ts'
import { listStages } from './stages.ts'

export async function readPipeline({ store, workspaceId }: Pick<Context, 'store' | 'workspaceId'>) {
  const workspace = await store.workspaces.get(workspaceId)
  if (!workspace) throw new AppError('workspace.not_found')
  return { workspace, settings: PipelineSettings.parse(workspace.settings.pipeline ?? {}) }
}

async function changePipeline(context: Context, patch: Partial<PipelineSettings>): Promise<PipelineSettings> {
  const { stageId, assign } = patch
  if (stageId && !(await listStages(context)).some(({ id }) => id === stageId))
    throw new AppError('lead.stage_not_found')
  if (typeof assign === 'object') await requireAssignee(context.store, assign.userId)
  const { workspace, settings } = await readPipeline(context)
  const pipeline = { ...settings, ...patch }
  const saved = await context.store.workspaces.update(
    workspace.id,
    { settings: { ...workspace.settings, pipeline } },
    { onlyIf: { updatedAt: workspace.updatedAt } },
  )
  if (!saved) throw new AppError('request.conflict')
  context.notify({ name: 'leads:changed', payload: {} })
  return pipeline
}

export const pipelineSettings = implement(routes, {
  settings: async (context) => (await readPipeline(context)).settings,
  updateSettings: (context, { body }) =>
    changePipeline(context, Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))),
})
