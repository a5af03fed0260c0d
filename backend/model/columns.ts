import { boolean, customType, doublePrecision, integer as pgInteger, jsonb } from 'drizzle-orm/pg-core'

/** Code point order in every database locale, so that both stores sort alike. */
export const text = customType<{ data: string; driverData: string }>({ dataType: () => 'text collate "C"' })

/** An ISO string on both sides; PostgreSQL's own text form of a timestamp differs between versions. */
export const instant = customType<{ data: string; driverData: string }>({
  dataType: () => 'timestamp(3) with time zone',
})

export const integer = pgInteger
export const double = doublePrecision
export const flag = boolean

export function json<T>() {
  return jsonb().$type<T>()
}

/** Every document: who it is, whose it is, when it came and when it last changed. */
export function ownedColumns() {
  return {
    id: text().primaryKey(),
    workspaceId: text().notNull(),
    createdAt: instant().notNull(),
    updatedAt: instant().notNull(),
  }
}
