import type { SystemStore, User } from '../../model/index.ts'
import { CannotOpen, hashToken, type Vault } from '../../platform/crypto.ts'
import { matchTotp } from '../../platform/totp.ts'

type Deps = { system: Pick<SystemStore, 'users' | 'recoveryCodes'>; vault: Vault }

/** The sealed secret opens at this user only. */
export const totpPlace = ({ workspaceId, id }: Pick<User, 'workspaceId' | 'id'>) => `${workspaceId}/${id}/totp`

/** As people type them: any case, with or without the dashes. */
export function hashRecoveryCode(userId: string, code: string): string {
  return hashToken(`${userId} ${code.toLowerCase().replace(/[^a-z0-9]/g, '')}`)
}

/** Uses a code up, so that neither two at the same moment nor somebody who looked on can use it again. */
export async function useSecondFactor(
  { system, vault }: Deps,
  user: User,
  code: string,
  now: Date,
): Promise<'totp' | 'recovery' | undefined> {
  const typed = code.replace(/\s/g, '')
  if (!user.totpSecret) return undefined
  const secret = openSecret(vault, user)
  const step = secret && matchTotp(secret, typed, { now, after: user.totpStep })
  if (typeof step === 'number') {
    const used = await system.users.update(user.id, { totpStep: step }, { onlyIf: { totpStep: user.totpStep } })
    return used ? 'totp' : undefined
  }
  const removed = await system.recoveryCodes.removeWhere({
    userId: user.id,
    codeHash: hashRecoveryCode(user.id, typed),
  })
  return removed > 0 ? 'recovery' : undefined
}

/** With another encryption key than before the app's codes are worth nothing; the recovery codes still are. */
function openSecret(vault: Vault, user: User): string | undefined {
  try {
    return user.totpSecret === null ? undefined : vault.open(user.totpSecret, totpPlace(user))
  } catch (error) {
    if (error instanceof CannotOpen) return undefined
    throw error
  }
}
