import { index, pgTable, uniqueIndex } from 'drizzle-orm/pg-core'
import type { MediaState } from '../contract/media.ts'
import { instant, integer, json, ownedColumns, text } from './columns.ts'
import { workspaces } from './workspaces.ts'

export type MediaDetails = {
  width?: number
  height?: number
  voice?: boolean
  animated?: boolean
  /** Further messages that name the same file of Meta. */
  alsoIn?: string[]
  /** So many messages show it that they are not counted: it goes with none of them. */
  isShared?: boolean
  /** What Meta calls our copy, by channel: it was uploaded to be sent, and is kept there for 30 days. */
  uploads?: { [channelId: string]: { id: string; expiresAt: string } }
}

/** A file that was received or uploaded. The bytes are stored under their SHA-256 in platform/media. */
export const media = pgTable(
  'media',
  {
    ...ownedColumns(),
    workspaceId: text()
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    channelId: text(),
    messageId: text(),
    state: text().$type<MediaState>().notNull(),
    sha256: text(),
    mimeType: text(),
    bytes: integer(),
    filename: text(),
    /** Meta's id of a received file and until when Meta keeps it. Those of uploads to Meta are in `details`. */
    providerMediaId: text(),
    providerExpiresAt: instant(),
    error: text(),
    userId: text(),
    details: json<MediaDetails>().notNull(),
  },
  (file) => [
    uniqueIndex('media_provider').on(file.channelId, file.providerMediaId),
    index('media_message').on(file.messageId),
    index('media_content').on(file.workspaceId, file.sha256),
    index('media_state').on(file.workspaceId, file.state, file.createdAt),
    index('media_created').on(file.workspaceId, file.createdAt),
  ],
)
