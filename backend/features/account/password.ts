import { AppError } from '../../errors.ts'
import type { Context } from '../../feature.ts'
import type { User } from '../../model/index.ts'
import type { AuthDeps } from '../auth/accounts.ts'

/** Asked before what a stolen session alone must not be able to do; guessing is limited as at the door. */
export async function confirmPassword(
  { passwords, attempts }: Pick<AuthDeps, 'passwords' | 'attempts'>,
  { store, user, ip = '' }: Context,
  password: string,
): Promise<User> {
  const own = user && (await store.users.get(user.id))
  if (!own) throw new AppError('auth.required')
  const attempt = await attempts.begin({ ip, account: `confirm ${own.id}` })
  if (!(await passwords.matches(password, own.passwordHash, ip))) throw new AppError('auth.password_wrong')
  await attempt.succeeded()
  return own
}
