import { policies as routes, Policies } from '../../contract/policies.ts'
import { WorkspaceSettings } from '../../contract/workspace.ts'
import { AppError } from '../../errors.ts'
import { implement, type Context } from '../../feature.ts'
import { usedBytes, type Quota } from '../media/quota.ts'
import { changeSettings } from './settings.ts'

type Deps = { disconnectUser: (userId: string) => void; quota: Pick<Quota, 'limitBytes'> }

async function readPolicies({ store, workspaceId }: Context): Promise<Policies> {
  const workspace = await store.workspaces.get(workspaceId)
  if (!workspace) throw new AppError('workspace.not_found')
  return Policies.parse(WorkspaceSettings.parse(workspace.settings))
}

/** Lines that are open were let in by the old rule. */
async function letInAnew({ store }: Context, { disconnectUser }: Pick<Deps, 'disconnectUser'>): Promise<void> {
  const agents = await store.users.find({ where: { role: 'agent', visibility: null }, limit: 1000 })
  for (const { id } of agents) disconnectUser(id)
}

export const createPolicies = (deps: Deps) =>
  implement(routes, {
    get: readPolicies,
    storage: async (context) => ({ ...(await usedBytes(context)), limitBytes: deps.quota.limitBytes }),
    update: async (context, { body }) => {
      const settings = await changeSettings(context, body)
      if (body.agentVisibility) await letInAnew(context, deps)
      return Policies.parse(settings)
    },
  })
