import type { Request } from 'express'
import { AppError } from '../errors.ts'
import type { Context } from '../feature.ts'
import type { Route } from '../contract/route.ts'
import type { SystemStore, WorkspaceStore } from '../model/index.ts'
import { hour, minute } from '../platform/clock.ts'
import { hashToken } from '../platform/crypto.ts'
import { DuplicateKey } from '../platform/store/store.ts'

/*
 * A request with an Idempotency-Key has its effect once. The first one inserts a row (unique per workspace, person, route
 * and key: nobody gets the answer that somebody else may see) and runs; repetitions get its answer, or 409 while it runs. A refusal is not kept: the key is free again.
 *
 * The effect and its answer are one transaction, so a crash leaves both or neither. A row whose process died is taken over
 * when its lease ends, and a process that was only thought dead cannot commit: the row is no longer its own.
 */
const lease = minute
const kept = 72 * hour

export type Answered = { status: number; data: unknown; replayed: boolean }
type Slot = { route: string; key: string; fingerprint: string }

export function readKey(request: Request): string | null {
  const key = request.headers['idempotency-key']
  if (key === undefined) return null
  if (typeof key !== 'string' || !/^[\u0020-\u007e]{1,255}$/.test(key)) throw new AppError('idempotency.key_invalid')
  return key
}

export async function runOnce(
  { store, now }: Pick<Context, 'store' | 'now'>,
  route: Route,
  key: string,
  input: object,
  run: (store: WorkspaceStore) => Promise<{ status: number; data: unknown }>,
): Promise<Answered> {
  const slot = { route: `${route.method} ${route.path}`, key, fingerprint: hashToken(canonical(input)) }
  const held = await take(store, slot, now())
  if ('replayed' in held) return held
  const mine = { id: held.id, state: 'running', expiresAt: held.expiresAt } as const
  const effect = store.transaction(async (tx) => {
    const answer = await run(tx)
    const { status, data: body } = answer
    const done = { state: 'done' as const, status, body, expiresAt: later(now(), kept) }
    if (!(await tx.idempotencyKeys.update(held.id, done, { onlyIf: mine }))) throw inProgress()
    return answer
  })
  const answer = await effect.catch(async (error: unknown) => {
    await store.idempotencyKeys.removeWhere(mine).catch(() => {})
    throw error
  })
  return { ...answer, replayed: false }
}

const inProgress = () => new AppError('idempotency.in_progress', { retryAfter: 1 })

/** This caller's row, or the answer somebody else's row has. */
async function take(
  store: WorkspaceStore,
  slot: Slot,
  now: Date,
): Promise<Answered | { id: string; expiresAt: string }> {
  const { route, key, fingerprint } = slot
  const expiresAt = later(now, lease)
  try {
    return await store.idempotencyKeys.insert({ ...slot, state: 'running', expiresAt })
  } catch (error) {
    if (!(error instanceof DuplicateKey)) throw error
  }
  const row = await store.idempotencyKeys.first({ route, key })
  const isOver = row !== undefined && row.expiresAt <= now.toISOString()
  const isForgotten = isOver && row.state === 'done'
  if (row && !isForgotten && row.fingerprint !== fingerprint) throw new AppError('idempotency.key_reused')
  if (row?.state === 'done' && !isOver) return { status: row.status ?? 200, data: row.body, replayed: true }
  // Nobody finished it in time: whoever moves the lease first goes on with it.
  const taken =
    isOver &&
    (await store.idempotencyKeys.update(
      row.id,
      { fingerprint, state: 'running', status: null, body: null, expiresAt },
      { onlyIf: { expiresAt: row.expiresAt } },
    ))
  if (taken) return taken
  throw inProgress()
}

/** Where a store has one process, what runs when it starts was cut off, and nobody need wait for the end of its lease. */
export async function freeCutOffKeys(system: SystemStore): Promise<number> {
  return system.idempotencyKeys.removeWhere({ state: 'running' })
}

/** For the housekeeping: keys whose time is over. */
export async function removeExpiredKeys(system: SystemStore, now: Date): Promise<number> {
  return system.idempotencyKeys.removeWhere({ expiresAt: { lt: now.toISOString() } })
}

const later = (now: Date, milliseconds: number) => new Date(now.getTime() + milliseconds).toISOString()

/** The same text for the same content, whatever the order of the fields. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  )
}
