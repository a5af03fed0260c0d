import { GraphError } from '../errors/graph-error.ts'
import type { Call } from './call.ts'
import { findNumber } from './find.ts'
import { Param } from './param.ts'

export function setUsername(call: Call, id: string): object {
  const number = findNumber(call, id)
  const username = new Param(call.params).get('username').text(35, 3)
  if (!/^[a-z0-9._]+$/.test(username)) throw new GraphError(147001)
  const owner = [...call.simulation.world.phoneNumbers.values()].find(
    (one) => one.username === username && one.id !== number.id,
  )
  if (owner) throw new GraphError(owner.accountId === number.accountId ? 147005 : 147001)
  number.username = username
  return { status: 'approved' }
}

export function getUsername(call: Call, id: string): object {
  const { username } = findNumber(call, id)
  return username === undefined ? {} : { username, status: 'approved' }
}

export function deleteUsername(call: Call, id: string): object {
  findNumber(call, id).username = undefined
  return { success: true }
}

export function suggestUsernames(call: Call, id: string): object {
  const base = findNumber(call, id)
    .verifiedName.toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '.')
  return { data: [{ username_suggestions: [base, `${base}.shop`, `${base}_official`] }] }
}
