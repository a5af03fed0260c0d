import { AppError } from '../../errors.ts'
import type { WorkspaceStore } from '../../model/index.ts'

/** Work is given to members who can sign in, and so see it. Throws `user.not_found`. */
export async function requireAssignee({ users }: Pick<WorkspaceStore, 'users'>, userId: string): Promise<void> {
  const user = await users.get(userId)
  if (!user || user.disabledAt) throw new AppError('user.not_found')
}
