import type { Change } from './envelope.ts'
import { accountFields } from './fields/account.ts'
import { callFields } from './fields/calls.ts'
import { coexistenceFields } from './fields/coexistence.ts'
import type { FieldContext } from './fields/field.ts'
import { flowFields } from './fields/flows.ts'
import { groupFields } from './fields/groups.ts'
import { phoneFields } from './fields/phone.ts'
import { templateFields } from './fields/templates.ts'
import { userFields } from './fields/users.ts'

/** Every webhook besides messages and statuses that can be asked for by name. Several names may share one field. */
export const fields = {
  ...accountFields,
  ...phoneFields,
  ...templateFields,
  ...flowFields,
  ...userFields,
  ...coexistenceFields,
  ...callFields,
  ...groupFields,
}

export type FieldName = keyof typeof fields
export type FieldParams<N extends FieldName> = Parameters<(typeof fields)[N]['value']>[1]

export function fieldChange<N extends FieldName>(name: N, context: FieldContext, params: FieldParams<N>): Change {
  const spec = fields[name]
  const value = (spec.value as (context: FieldContext, params: object) => object)(context, params as object)
  return {
    entryId: 'entry' in spec && spec.entry === 'portfolio' ? context.businessId : context.accountId,
    field: spec.field,
    value,
    ...(spec.timed ? { time: context.now } : {}),
  }
}

/** Field names to subscribe to, as the App Dashboard lists them. */
export const SUBSCRIBABLE_FIELDS: readonly string[] = [
  ...new Set(['messages', ...Object.values(fields).map((spec) => spec.field)]),
].toSorted()
