import { index, pgTable, uniqueIndex } from 'drizzle-orm/pg-core'
import { instant, json, ownedColumns, text } from './columns.ts'
import { users, workspaces } from './workspaces.ts'

/** Somebody forgot their password and got a link. Removed when it is used. */
export const passwordResets = pgTable(
  'password_resets',
  {
    ...ownedColumns(),
    userId: text()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    tokenHash: text().notNull(),
    expiresAt: instant().notNull(),
  },
  (reset) => [
    uniqueIndex('password_resets_token').on(reset.tokenHash),
    index('password_resets_user').on(reset.userId, reset.createdAt),
    index('password_resets_expiry').on(reset.expiresAt),
  ],
)

/** For the day the phone with the second factor is lost. Removed when it is used. */
export const recoveryCodes = pgTable(
  'recovery_codes',
  {
    ...ownedColumns(),
    userId: text()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    codeHash: text().notNull(),
  },
  (code) => [uniqueIndex('recovery_codes_code').on(code.userId, code.codeHash)],
)

/** Who did what, for owners to read. Written once and never changed; names are kept as they were at that moment. */
export const auditEntries = pgTable(
  'audit_entries',
  {
    ...ownedColumns(),
    workspaceId: text()
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    /** Null when nobody of the team did it: a stranger who tried to sign in, or Parley itself. */
    actorId: text(),
    actorName: text(),
    action: text().notNull(),
    subjectId: text(),
    subjectName: text(),
    details: json<Record<string, string | number | boolean | null>>().notNull(),
    ip: text(),
  },
  (entry) => [
    index('audit_entries_recent').on(entry.workspaceId, entry.createdAt),
    index('audit_entries_actor').on(entry.workspaceId, entry.actorId, entry.createdAt),
    index('audit_entries_action').on(entry.workspaceId, entry.action, entry.createdAt),
  ],
)
