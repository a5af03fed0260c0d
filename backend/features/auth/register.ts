import type { auth as routes } from '../../contract/auth.ts'
import type { Parsed } from '../../contract/route.ts'
import { WorkspaceSettings } from '../../contract/workspace.ts'
import { AppError } from '../../errors.ts'
import type { PublicContext } from '../../feature.ts'
import type { User, Workspace } from '../../model/index.ts'
import { DuplicateKey } from '../../platform/store/store.ts'
import { recordForWorkspace } from '../audit/record.ts'
import { emailKeyOf, startSession, type AuthDeps } from './accounts.ts'
import { findWeakness } from './passwords.ts'

type Body = Parsed<(typeof routes)['register']>['body']
type Opened = { user: User; workspace: Workspace }

/** Opens a workspace and makes the visitor its owner. The very first one in an installation needs the set-up code. */
export async function register(deps: AuthDeps, visitor: PublicContext, body: Body): Promise<Opened> {
  const { setup, registration, passwords, attempts, logs } = deps
  const attempt = await attempts.begin({ ip: visitor.ip })
  const isFirst = await setup.isNeeded()
  if (!isFirst && registration === 'closed') throw new AppError('auth.registration_closed')
  if (isFirst && !setup.matches(body.setupCode)) {
    logs.security.warn({ ip: visitor.ip }, 'a wrong set-up code was given')
    throw new AppError('auth.setup_code_wrong')
  }
  refuseWeakPassword(body)
  const opened = await openWorkspace(deps, body, await passwords.hash(body.password, visitor.ip), {
    isFirst,
    ip: visitor.ip,
  })
  await attempt.succeeded()
  const { user, workspace } = opened
  logs.audit.info(
    { action: 'auth.register', user: user.id, workspace: workspace.id, ip: visitor.ip },
    'opened a workspace',
  )
  await furnish(deps, workspace.id)
  await startSession(deps, visitor, user)
  return opened
}

function refuseWeakPassword({ password, name, email, workspaceName }: Body): void {
  const message = findWeakness(password, [name, email, workspaceName])
  if (message) throw new AppError('request.invalid', { details: [{ path: 'body.password', message }] })
}

/** The first workspace has a fixed id: of two first registrations at the same moment, the store lets one through. */
const firstWorkspaceId = 'ws_first'

async function openWorkspace(
  { system }: AuthDeps,
  body: Body,
  passwordHash: string,
  { isFirst, ip }: { isFirst: boolean; ip: string },
): Promise<Opened> {
  try {
    return await system.transaction(async (tx) => {
      const workspace = await tx.workspaces.insert({
        ...(isFirst ? { id: firstWorkspaceId } : {}),
        name: body.workspaceName,
        settings: WorkspaceSettings.parse({}),
      })
      const user = await tx.users.insert({
        workspaceId: workspace.id,
        name: body.name,
        email: body.email,
        emailKey: emailKeyOf(body.email),
        passwordHash,
        role: 'owner',
      })
      await recordForWorkspace(
        tx,
        { workspaceId: workspace.id, actor: user, ip },
        { action: 'workspace.created', subject: workspace },
      )
      return { user, workspace }
    })
  } catch (error) {
    if (!(error instanceof DuplicateKey)) throw error
    throw new AppError(error.fields.includes('emailKey') ? 'auth.email_taken' : 'auth.registration_closed', {
      cause: error,
    })
  }
}

/** A workspace without its practice customer is still a workspace: what fails here is logged, not refused. */
async function furnish({ contextFor, onWorkspaceCreated, logs }: AuthDeps, workspaceId: string): Promise<void> {
  for (const prepare of onWorkspaceCreated) {
    const context = contextFor(workspaceId)
    try {
      await prepare(context)
      context.flush()
    } catch (error) {
      logs.error.error({ error, workspace: workspaceId }, 'a new workspace could not be furnished')
    }
  }
}
