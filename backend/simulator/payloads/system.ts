import { compact } from './person.ts'

export interface SystemParams {
  body?: string
  type?: string
  waId?: string
  userId?: string
  parentUserId?: string
  previousUserId?: string
  previousParentUserId?: string
}

export const system = (p: SystemParams = {}) => ({
  type: 'system',
  system: compact({
    body: p.body ?? 'System message',
    type: p.type ?? 'user_changed_number',
    wa_id: p.waId,
    user_id: p.userId,
    parent_user_id: p.parentUserId,
    previous_user_id: p.previousUserId,
    previous_parent_user_id: p.previousParentUserId,
  }),
})

/** `from` of the message is the old number. */
export const changedNumber = (
  p: { name?: string; from?: string; to?: string; previousUserId?: string; userId?: string } = {},
) =>
  system({
    body: `User ${p.name ?? 'A'} changed from ${p.from ?? '16505551234'} to ${p.to ?? '12195555358'}`,
    type: 'user_changed_number',
    waId: p.to ?? '12195555358',
    userId: p.userId,
    previousUserId: p.previousUserId,
  })

/** For a user whose number is hidden: the two ids are all there is. Before August 2026 only the sentence had the old one. */
export const changedUserId = (
  p: { name?: string; previousUserId?: string; userId?: string; onlyInBody?: boolean } = {},
) => {
  const from = p.previousUserId ?? 'US.1000000000000001'
  const to = p.userId ?? 'US.1000000000000002'
  return system({
    body: `User ${p.name ?? 'A'} changed from ${from} to ${to}`,
    type: 'user_changed_user_id',
    userId: to,
    previousUserId: p.onlyInBody ? undefined : from,
  })
}

export const changedIdentity = (p: { name?: string; hash?: string; at?: number } = {}) => ({
  ...system({ body: `Security code of ${p.name ?? 'A'} changed`, type: 'customer_identity_changed' }),
  identity: { acknowledged: false, created_timestamp: String(p.at ?? 1750000000), hash: p.hash ?? 'DF2lS5v2W6x=' },
})
