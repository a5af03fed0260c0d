/** A WhatsApp user as a webhook describes one. Each member may be absent: hidden numbers, old payloads, system messages. */
export interface Person {
  phone?: string
  userId?: string
  parentUserId?: string
  name?: string
  username?: string
  identityKeyHash?: string
}

/** Absent members are left out, never sent as null or "": that is Meta's rule since February 2026. */
export function compact<T extends object>(members: T): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T
}

export interface ContactEntry {
  profile?: { name?: string; username?: string }
  wa_id?: string
  user_id?: string
  parent_user_id?: string
  identity_key_hash?: string
}

export function contactEntry(person: Person): ContactEntry {
  const profile = compact({ name: person.name, username: person.username })
  return compact({
    profile: Object.keys(profile).length > 0 ? profile : undefined,
    wa_id: person.phone,
    user_id: person.userId,
    parent_user_id: person.parentUserId,
    identity_key_hash: person.identityKeyHash,
  })
}

export const senderMembers = (person: Person): { from?: string; from_user_id?: string; from_parent_user_id?: string } =>
  compact({ from: person.phone, from_user_id: person.userId, from_parent_user_id: person.parentUserId })
