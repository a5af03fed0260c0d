import { index, pgTable, uniqueIndex } from 'drizzle-orm/pg-core'
import type { TemplateCategory, TemplateComponent, TemplateStatus } from '../contract/templates.ts'
import { instant, json, ownedColumns, text } from './columns.ts'
import { workspaces } from './workspaces.ts'

/** A message text that Meta approves. Belongs to a WhatsApp business account, not to one number. */
export const templates = pgTable(
  'templates',
  {
    ...ownedColumns(),
    workspaceId: text()
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    businessAccountId: text().notNull(),
    name: text().notNull(),
    language: text().notNull(),
    category: text().$type<TemplateCategory>().notNull(),
    status: text().$type<TemplateStatus>().notNull(),
    parameterFormat: text().$type<'positional' | 'named'>().notNull(),
    components: json<TemplateComponent[]>().notNull(),
    /** Meta's id; null while it is a local draft. */
    providerTemplateId: text(),
    quality: text(),
    rejectedReason: text(),
    /** A category Meta announced to change to. */
    pendingCategory: text(),
    syncedAt: instant(),
    /** When Meta judged it last, by Meta's clock: an older judgement that comes late changes nothing. */
    judgedAt: instant(),
    searchText: text().notNull(),
  },
  (template) => [
    uniqueIndex('templates_name').on(
      template.workspaceId,
      template.businessAccountId,
      template.name,
      template.language,
    ),
    index('templates_provider').on(template.providerTemplateId),
    index('templates_workspace').on(template.workspaceId, template.name),
    index('templates_status').on(template.workspaceId, template.status, template.name),
  ],
)
