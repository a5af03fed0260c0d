import type { InferSelectModel } from 'drizzle-orm'
import { index, pgTable, uniqueIndex } from 'drizzle-orm/pg-core'
import type { OptIn } from '../contract/contacts.ts'
import { instant, json, ownedColumns, text } from './columns.ts'
import type { conversations } from './conversations.ts'
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
    /** WhatsApp had enough marketing for this person: nothing of it goes to them before then. */
    marketingHold: json<{ until: string; days: number }>(),
    blockedAt: instant(),
    /** The import that brought this contact, so that it can be taken back. */
    importId: text(),
    /** Folded name, phone, username and e-mail. */
    searchText: text().notNull(),
  },
  (contact) => [
    index('contacts_name').on(contact.workspaceId, contact.displayName),
    index('contacts_created').on(contact.workspaceId, contact.createdAt),
    index('contacts_updated').on(contact.workspaceId, contact.updatedAt),
    index('contacts_import').on(contact.importId, contact.createdAt),
    index('contacts_tags').using('gin', contact.tags.op('jsonb_path_ops')),
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

export type ChatFacts = Pick<
  Chat,
  | 'status'
  | 'needsReply'
  | 'tags'
  | 'lastMessage'
  | 'lastMessageAt'
  | 'lastInboundAt'
  | 'windowExpiresAt'
  | 'freeEntryExpiresAt'
>
type Chat = InferSelectModel<typeof conversations>

/** A chat that became part of another: as it was, what moved, by collection, and what the other had already. */
export type JoinedChat = {
  conversation: Chat
  into: string
  before: ChatFacts
  after: ChatFacts
  moved: { [collection: string]: string[] }
  absorbed: { [collection: string]: Record<string, unknown>[] }
}

/** What a merge moved, so that it can be taken back. */
export const contactMerges = pgTable(
  'contact_merges',
  {
    ...ownedColumns(),
    keptId: text()
      .notNull()
      .references(() => contacts.id, { onDelete: 'cascade' }),
    /** The contact that was merged away, and the one that was kept, as they were. */
    removed: json<Record<string, unknown>>().notNull(),
    before: json<Record<string, unknown>>().notNull(),
    identityIds: json<string[]>().notNull(),
    leadIds: json<string[]>().notNull(),
    /** Earlier merges of the one that was merged away. */
    mergeIds: json<string[]>().notNull(),
    conversations: json<{ moved: string[]; joined: JoinedChat[] }>().notNull(),
  },
  (merge) => [index('contact_merges_kept').on(merge.keptId, merge.createdAt)],
)
