import { type BusinessNumber, metadataOf } from '../envelope.ts'
import type { Person } from '../person.ts'

/** What a builder may use when a parameter is not given. */
export interface FieldContext {
  number: BusinessNumber
  accountId: string
  businessId: string
  appId: string
  /** Unix seconds. */
  now: number
  person: Person
}

export interface FieldSpec<P> {
  field: string
  /** `entry.time` is there; messaging-like fields have none. */
  timed: boolean
  /** Partner events carry the portfolio id as `entry.id`. */
  entry?: 'portfolio'
  value: (context: FieldContext, params: P) => object
}

export const timed = <P = Record<string, never>>(
  field: string,
  value: (context: FieldContext, params: P) => object,
): FieldSpec<P> => ({
  field,
  timed: true,
  value,
})

/** Fields that belong to one number start with product and metadata and have no time. */
export const ofNumber = <P = Record<string, never>>(
  field: string,
  value: (context: FieldContext, params: P) => object,
): FieldSpec<P> => ({
  field,
  timed: false,
  value: (context, params) => ({
    messaging_product: 'whatsapp',
    metadata: metadataOf(context.number),
    ...value(context, params),
  }),
})
