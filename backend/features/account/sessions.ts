import { AppError } from '../../errors.ts'
import type { Context } from '../../feature.ts'
import type { Session } from '../../model/index.ts'
import type { Sessions } from '../auth/sessions.ts'
import { recordDeed } from '../audit/record.ts'

export type SessionDeps = { sessions: Pick<Sessions, 'isCurrent' | 'forget'> }

/** More than anybody has devices. */
const most = 200

async function ownSessions({ store, user }: Context): Promise<Session[]> {
  return store.sessions.find({ where: { userId: user!.id }, sort: ['lastSeenAt', 'desc'], limit: most })
}

export async function listSessions({ sessions }: SessionDeps, context: Context) {
  const rows = (await ownSessions(context)).filter(sessions.isCurrent)
  return { sessions: rows.map((row) => ({ ...row, current: row.id === context.sessionId })) }
}

/** Somebody else's is not found, like one that does not exist. */
export async function revokeSession(deps: SessionDeps, context: Context, id: string): Promise<void> {
  const session = await context.store.sessions.get(id)
  if (!session || session.userId !== context.user?.id) throw new AppError('session.not_found')
  await end(deps, context, [session])
}

export async function revokeOtherSessions(deps: SessionDeps, context: Context): Promise<number> {
  let ended = 0
  // A thief may have opened more than one page of them.
  for (;;) {
    const others = (await ownSessions(context)).filter(({ id }) => id !== context.sessionId)
    await end(deps, context, others)
    ended += others.length
    if (others.length === 0) return ended
  }
}

async function end({ sessions }: SessionDeps, context: Context, ended: readonly Session[]): Promise<void> {
  if (ended.length === 0) return
  await context.store.transaction(async (store) => {
    await store.sessions.removeWhere({ id: { in: ended.map(({ id }) => id) } })
    await recordDeed({ ...context, store }, { action: 'session.revoked', details: { count: ended.length } })
  })
  for (const session of ended) sessions.forget(session)
}
