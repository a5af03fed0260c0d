import { index, pgTable, uniqueIndex } from 'drizzle-orm/pg-core'
import { instant, ownedColumns, text } from './columns.ts'
import { users } from './workspaces.ts'

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
