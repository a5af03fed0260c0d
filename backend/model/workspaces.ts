import { index, pgTable, uniqueIndex } from 'drizzle-orm/pg-core'
import type { Visibility, WorkspaceSettings } from '../contract/workspace.ts'
import { instant, integer, json, ownedColumns, text } from './columns.ts'

/** One business. Everything else in the model belongs to exactly one workspace. */
export const workspaces = pgTable('workspaces', {
  id: text().primaryKey(),
  createdAt: instant().notNull(),
  updatedAt: instant().notNull(),
  name: text().notNull(),
  settings: json<WorkspaceSettings>().notNull(),
})

export const users = pgTable(
  'users',
  {
    ...ownedColumns(),
    workspaceId: text()
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    email: text().notNull(),
    /** Lower case; one person signs in with one address in the whole installation. */
    emailKey: text().notNull(),
    passwordHash: text().notNull(),
    role: text().$type<'owner' | 'admin' | 'agent'>().notNull(),
    disabledAt: instant(),
    /** Which conversations an agent sees; null means as the workspace says. */
    visibility: text().$type<Visibility>(),
    /** Sealed. It counts from `totpEnabledAt` on; before that it waits for a first code as proof. */
    totpSecret: text(),
    totpEnabledAt: instant(),
    /** The latest 30 seconds whose code was used: none works twice. */
    totpStep: integer(),
  },
  (user) => [
    uniqueIndex('users_email_key').on(user.emailKey),
    index('users_workspace').on(user.workspaceId, user.name),
  ],
)

export const sessions = pgTable(
  'sessions',
  {
    ...ownedColumns(),
    userId: text()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** SHA-256 of the cookie; the cookie itself is stored nowhere. */
    tokenHash: text().notNull(),
    lastSeenAt: instant().notNull(),
    expiresAt: instant().notNull(),
    userAgent: text(),
    ip: text(),
  },
  (session) => [
    uniqueIndex('sessions_token').on(session.tokenHash),
    index('sessions_user').on(session.userId, session.lastSeenAt),
    index('sessions_expiry').on(session.expiresAt),
  ],
)

/** The first answer to a request that carried an Idempotency-Key, kept so that a repetition gets the same answer. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    ...ownedColumns(),
    route: text().notNull(),
    key: text().notNull(),
    /** SHA-256 of the canonical body. */
    fingerprint: text().notNull(),
    state: text().$type<'running' | 'done'>().notNull(),
    status: json<number>(),
    body: json<unknown>(),
    expiresAt: instant().notNull(),
  },
  (entry) => [
    uniqueIndex('idempotency_keys_key').on(entry.workspaceId, entry.route, entry.key),
    index('idempotency_keys_expiry').on(entry.expiresAt),
  ],
)
