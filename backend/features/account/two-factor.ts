import { randomBytes } from 'node:crypto'
import { AppError } from '../../errors.ts'
import type { Context } from '../../feature.ts'
import type { User } from '../../model/index.ts'
import { matchTotp, newTotpSecret, toBase32, totpUrl } from '../../platform/totp.ts'
import { recordDeed } from '../audit/record.ts'
import type { AuthDeps } from '../auth/accounts.ts'
import { hashRecoveryCode, totpPlace } from '../auth/second-factor.ts'
import { confirmPassword } from './password.ts'

export type TwoFactorDeps = Pick<AuthDeps, 'passwords' | 'attempts' | 'vault'>

const codeCount = 10

async function ownUser({ store, user }: Context): Promise<User> {
  const own = user && (await store.users.get(user.id))
  if (!own) throw new AppError('auth.required')
  return own
}

export async function readTwoFactor(context: Context) {
  const own = await ownUser(context)
  return {
    enabled: own.totpEnabledAt !== null,
    recoveryCodesLeft: own.totpEnabledAt ? await context.store.recoveryCodes.count({ userId: own.id }) : 0,
  }
}

/** The secret waits until a first code proves that the app has it. Beginning again replaces it. */
export async function beginTwoFactor(deps: TwoFactorDeps, context: Context, password: string) {
  const own = await confirmPassword(deps, context, password)
  const secret = newTotpSecret()
  const totpSecret = deps.vault.seal(secret, totpPlace(own))
  const begun = await context.store.users.update(
    own.id,
    { totpSecret, totpStep: null },
    { onlyIf: { totpEnabledAt: null } },
  )
  if (!begun) throw new AppError('two_factor.already_on')
  const workspace = await context.store.workspaces.get(context.workspaceId)
  return { secret, url: totpUrl(secret, { account: own.email, issuer: `Parley ${workspace?.name ?? ''}`.trim() }) }
}

export async function confirmTwoFactor({ vault, attempts }: TwoFactorDeps, context: Context, code: string) {
  const { now, store, ip = '' } = context
  const own = await ownUser(context)
  if (own.totpEnabledAt) throw new AppError('two_factor.already_on')
  if (!own.totpSecret) throw new AppError('two_factor.not_begun')
  const attempt = await attempts.begin({ ip, account: `two-factor ${own.id}` })
  const secret = vault.open(own.totpSecret, totpPlace(own))
  const step = matchTotp(secret, code.replace(/\s/g, ''), { now: now(), after: null })
  if (step === undefined) throw new AppError('auth.code_wrong')
  await attempt.succeeded()
  return store.transaction(async (tx) => {
    const enabled = await tx.users.update(
      own.id,
      { totpEnabledAt: now().toISOString(), totpStep: step },
      { onlyIf: { totpEnabledAt: null, totpSecret: own.totpSecret } },
    )
    if (!enabled) throw new AppError('two_factor.already_on')
    await recordDeed({ ...context, store: tx }, { action: 'two_factor.enabled' })
    return { recoveryCodes: await makeRecoveryCodes(tx, own.id) }
  })
}

/** Shown once; only hashes are stored. 80 random bits each, so a fast hash is enough. */
async function makeRecoveryCodes(store: Context['store'], userId: string): Promise<string[]> {
  const codes = Array.from({ length: codeCount }, () =>
    toBase32(randomBytes(10))
      .toLowerCase()
      .replace(/(.{4})(?=.)/g, '$1-'),
  )
  await store.recoveryCodes.removeWhere({ userId })
  await store.recoveryCodes.insertMany(codes.map((code) => ({ userId, codeHash: hashRecoveryCode(userId, code) })))
  return codes
}

export async function renewRecoveryCodes(deps: TwoFactorDeps, context: Context, password: string) {
  const own = await confirmPassword(deps, context, password)
  if (!own.totpEnabledAt) throw new AppError('two_factor.off')
  return context.store.transaction(async (store) => {
    await recordDeed({ ...context, store }, { action: 'two_factor.codes_renewed' })
    return { recoveryCodes: await makeRecoveryCodes(store, own.id) }
  })
}

export async function disableTwoFactor(deps: TwoFactorDeps, context: Context, password: string): Promise<void> {
  const own = await confirmPassword(deps, context, password)
  if (!own.totpEnabledAt) throw new AppError('two_factor.off')
  await switchOff(context, own, 'two_factor.disabled')
}

/** For the owner, when a member lost the phone and the codes. */
export async function resetTwoFactor(context: Context, userId: string): Promise<void> {
  const member = await context.store.users.get(userId)
  if (!member) throw new AppError('user.not_found')
  // With a stolen session of an owner this would be a way round their own password.
  if (userId === context.user?.id) throw new AppError('auth.forbidden')
  if (!member.totpEnabledAt) throw new AppError('two_factor.off')
  await switchOff(context, member, 'two_factor.reset')
}

async function switchOff(context: Context, user: User, action: 'two_factor.disabled' | 'two_factor.reset') {
  await context.store.transaction(async (store) => {
    await store.users.update(user.id, { totpSecret: null, totpEnabledAt: null, totpStep: null })
    await store.recoveryCodes.removeWhere({ userId: user.id })
    await recordDeed({ ...context, store }, { action, subject: user })
  })
}
