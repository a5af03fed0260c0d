import { index, pgTable, uniqueIndex } from 'drizzle-orm/pg-core'
import type { OptIn } from '../contract/contacts.ts'
import { instant, json, ownedColumns, text } from './columns.ts'
import { workspaces } from './workspaces.ts'

export const contacts = pgTable(
  'contacts',
  {
    ...ownedColumns(),
    workspaceId: text()
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    /** The name the business gave; `profileName` is the one the person chose in WhatsApp. */
    name: text(),
    profileName: text(),
    /** `name`, else `profileName`, else username, phone or the tail of the id: what lists show and sort by. */
    displayName: text().notNull(),
    phone: text(),
    username: text(),
    email: text(),
    language: text(),
    tags: json<string[]>().notNull(),
    fields: json<Record<string, string | number | boolean | null>>().notNull(),
    /** The status of `optIn` again, to filter by. */
    optInStatus: text().$type<OptIn['status']>().notNull().default('unknown'),
    optIn: json<OptIn>().notNull(),
    /** Set when the person told Meta or us to stop marketing. */
    marketingStoppedAt: instant(),
    blockedAt: instant(),
    /** Folded name, phone, username and e-mail. */
    searchText: text().notNull(),
  },
  (contact) => [
    index('contacts_name').on(contact.workspaceId, contact.displayName),
    index('contacts_created').on(contact.workspaceId, contact.createdAt),
    index('contacts_updated').on(contact.workspaceId, contact.updatedAt),
  ],
)

/** All the ways WhatsApp names one person. A contact without a phone has only a business-scoped user id. */
export const contactIdentities = pgTable(
  'contact_identities',
  {
    ...ownedColumns(),
    contactId: text()
      .notNull()
      .references(() => contacts.id, { onDelete: 'cascade' }),
    kind: text().$type<'phone' | 'bsuid' | 'parent_bsuid'>().notNull(),
    /** Digits for a phone, the whole id for a BSUID. */
    value: text().notNull(),
  },
  (identity) => [
    uniqueIndex('contact_identities_value').on(identity.workspaceId, identity.kind, identity.value),
    index('contact_identities_contact').on(identity.contactId, identity.createdAt),
  ],
)

/** What a merge moved, so that it can be taken back. */
export const contactMerges = pgTable(
  'contact_merges',
  {
    ...ownedColumns(),
    keptId: text()
      .notNull()
      .references(() => contacts.id, { onDelete: 'cascade' }),
    /** The contact that was merged away, as it was. */
    removed: json<Record<string, unknown>>().notNull(),
    identityIds: json<string[]>().notNull(),
    leadIds: json<string[]>().notNull(),
    /** Conversations that moved whole, and those that were joined to another with the messages that came along. */
    conversations: json<{
      moved: string[]
      joined: { conversation: Record<string, unknown>; messageIds: string[] }[]
    }>().notNull(),
  },
  (merge) => [index('contact_merges_kept').on(merge.keptId, merge.createdAt)],
)
