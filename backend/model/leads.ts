import { index, pgTable, uniqueIndex } from 'drizzle-orm/pg-core'
import type { StageKind } from '../contract/leads.ts'
import { double, instant, integer, json, ownedColumns, text } from './columns.ts'
import { contacts } from './contacts.ts'
import { conversations } from './conversations.ts'
import { users, workspaces } from './workspaces.ts'

export const leadStages = pgTable(
  'lead_stages',
  {
    ...ownedColumns(),
    workspaceId: text()
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    kind: text().$type<StageKind>().notNull(),
    position: integer().notNull(),
  },
  (stage) => [index('lead_stages_order').on(stage.workspaceId, stage.position)],
)

export const leads = pgTable(
  'leads',
  {
    ...ownedColumns(),
    contactId: text()
      .notNull()
      .references(() => contacts.id, { onDelete: 'cascade' }),
    /** Copied from the contact so that a column of the board is one query. */
    contactName: text().notNull(),
    conversationId: text().references(() => conversations.id, { onDelete: 'set null' }),
    title: text().notNull(),
    stageId: text()
      .notNull()
      .references(() => leadStages.id, { onDelete: 'restrict' }),
    /** The kind of its stage, to filter by. */
    status: text().$type<StageKind>().notNull(),
    value: double(),
    currency: text().notNull(),
    ownerId: text().references(() => users.id, { onDelete: 'set null' }),
    nextStep: text(),
    nextStepAt: instant(),
    closedReason: text(),
    closedAt: instant(),
    position: double().notNull(),
    source: text(),
    /** The contact whose first message made this lead; it makes no second one. */
    firstMessageOf: text(),
    searchText: text().notNull(),
  },
  (lead) => [
    uniqueIndex('leads_first_message').on(lead.workspaceId, lead.firstMessageOf),
    index('leads_board').on(lead.stageId, lead.position),
    index('leads_updated').on(lead.workspaceId, lead.updatedAt),
    index('leads_created').on(lead.workspaceId, lead.createdAt),
    index('leads_status').on(lead.workspaceId, lead.status, lead.updatedAt),
    index('leads_owner').on(lead.workspaceId, lead.ownerId, lead.updatedAt),
    index('leads_next_step').on(lead.workspaceId, lead.nextStepAt),
    index('leads_value').on(lead.workspaceId, lead.value),
    index('leads_contact').on(lead.contactId, lead.updatedAt),
  ],
)

export const leadEvents = pgTable(
  'lead_events',
  {
    ...ownedColumns(),
    leadId: text()
      .notNull()
      .references(() => leads.id, { onDelete: 'cascade' }),
    field: text().notNull(),
    before: json<unknown>(),
    after: json<unknown>(),
    userId: text(),
  },
  (event) => [index('lead_events_lead').on(event.leadId, event.createdAt)],
)
