import { index, pgTable, uniqueIndex } from 'drizzle-orm/pg-core'
import { instant, integer, json, ownedColumns, text } from './columns.ts'

/** Every signed webhook body, durable before it is answered. It is the queue and the log at once. */
export const webhookDeliveries = pgTable(
  'webhook_deliveries',
  {
    id: text().primaryKey(),
    createdAt: instant().notNull(),
    updatedAt: instant().notNull(),
    /** Null when the body names no number of ours, or numbers of several workspaces. */
    workspaceId: text(),
    state: text().$type<'waiting' | 'done' | 'unreadable' | 'unrouted' | 'failed'>().notNull(),
    /** A worker holds it until then; afterwards another may take it. */
    claimedUntil: instant().notNull(),
    /** `installation`, or the fingerprint of the app secret that signed it: it may speak only for that secret's numbers. */
    signedBy: text().notNull(),
    bytes: integer().notNull(),
    /** Dropped once every item was applied; kept for replay otherwise. */
    body: text(),
    items: integer().notNull().default(0),
    failures: integer().notNull().default(0),
    /** One line for people, for example "2 messages, 1 status". */
    summary: text(),
    error: text(),
  },
  (delivery) => [
    index('webhook_deliveries_queue').on(delivery.state, delivery.claimedUntil),
    index('webhook_deliveries_log').on(delivery.workspaceId, delivery.createdAt),
    index('webhook_deliveries_age').on(delivery.createdAt),
  ],
)

/** An item of a delivery that could not be applied. It is tried again, then waits here for a person. */
export const webhookDeadLetters = pgTable(
  'webhook_dead_letters',
  {
    ...ownedColumns(),
    deliveryId: text().notNull(),
    channelId: text(),
    /** The dedupe key of the item, so that a redelivery does not make a second letter. */
    key: text().notNull(),
    kind: text().notNull(),
    payload: json<unknown>().notNull(),
    error: text().notNull(),
    attempts: integer().notNull().default(0),
    state: text().$type<'retrying' | 'dead' | 'resolved'>().notNull(),
  },
  (letter) => [
    uniqueIndex('webhook_dead_letters_key').on(letter.workspaceId, letter.key),
    index('webhook_dead_letters_state').on(letter.workspaceId, letter.state, letter.createdAt),
  ],
)

/** A status, edit or reaction for a message that is not stored (yet): kept seven days and applied when the message appears. */
export const orphans = pgTable(
  'orphans',
  {
    ...ownedColumns(),
    channelId: text().notNull(),
    providerMessageId: text().notNull(),
    key: text().notNull(),
    payload: json<unknown>().notNull(),
    expiresAt: instant().notNull(),
  },
  (orphan) => [
    uniqueIndex('orphans_key').on(orphan.channelId, orphan.key),
    index('orphans_message').on(orphan.channelId, orphan.providerMessageId),
    index('orphans_expiry').on(orphan.expiresAt),
  ],
)
