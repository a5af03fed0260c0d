import { index, pgTable, uniqueIndex } from 'drizzle-orm/pg-core'
import { instant, ownedColumns, text } from './columns.ts'
import { workspaces } from './workspaces.ts'

/** Somebody was asked to join. Removed when they do, or when the time is over. */
export const invitations = pgTable(
  'invitations',
  {
    ...ownedColumns(),
    workspaceId: text()
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    email: text().notNull(),
    emailKey: text().notNull(),
    /** Not in the link, so nobody can ask for more. */
    role: text().$type<'admin' | 'agent'>().notNull(),
    tokenHash: text().notNull(),
    invitedBy: text(),
    expiresAt: instant().notNull(),
  },
  (invitation) => [
    uniqueIndex('invitations_token').on(invitation.tokenHash),
    uniqueIndex('invitations_email').on(invitation.workspaceId, invitation.emailKey),
    index('invitations_workspace').on(invitation.workspaceId, invitation.createdAt),
  ],
)
