import { pgTable, uniqueIndex } from 'drizzle-orm/pg-core'
import type { SegmentFilter } from '../contract/segments.ts'
import { instant, integer, json, ownedColumns, text } from './columns.ts'
import { workspaces } from './workspaces.ts'

export const segments = pgTable(
  'segments',
  {
    ...ownedColumns(),
    workspaceId: text()
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    filter: json<SegmentFilter>().notNull(),
    count: integer().notNull().default(0),
    /** Chats with those contacts; null until a job has counted them. */
    chatCount: integer(),
    countedAt: instant().notNull(),
  },
  (segment) => [uniqueIndex('segments_name').on(segment.workspaceId, segment.name)],
)
