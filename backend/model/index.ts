import type { InferSelectModel } from 'drizzle-orm'
import type { Model, Scoped, Store } from '../platform/store/store.ts'
import { passwordResets, recoveryCodes } from './accounts.ts'
import { messageDayMarks, messageDays } from './analytics.ts'
import { automationRules, automationRuns, automationSettings, ruleCooldowns } from './automation.ts'
import { channels, sendRates } from './channels.ts'
import { contactBulkBatches, contactBulks } from './contact-bulks.ts'
import { contactImportProblems, contactImports } from './contact-imports.ts'
import { contactIdentities, contactMerges, contacts } from './contacts.ts'
import { conversations, messages } from './conversations.ts'
import { channelHealth } from './doctor.ts'
import { reminders, scheduledMessages } from './later.ts'
import { auditEntries, auditHeads, installations } from './installation.ts'
import { leadEvents, leads, leadStages } from './leads.ts'
import { media } from './media.ts'
import { segments } from './segments.ts'
import { invitations } from './team.ts'
import {
  bulkActions,
  bulkItems,
  cannedReplies,
  conversationReads,
  notifications,
  savedViews,
  threadEntries,
} from './teamwork.ts'
import { templates } from './templates.ts'
import { orphans, webhookDeadLetters, webhookDeliveries } from './webhooks.ts'
import { idempotencyKeys, sessions, users, workspaces } from './workspaces.ts'

/**
 * The whole data model on one page: every collection, the prefix of its ids, and the fields a person searches by.
 * The tables are in the files beside this one. `shared` collections are not filtered by workspace.
 */
export const model = {
  workspaces: { table: workspaces, idPrefix: 'ws', shared: true },
  users: { table: users, idPrefix: 'usr' },
  sessions: { table: sessions, idPrefix: 'ses' },
  passwordResets: { table: passwordResets, idPrefix: 'rst' },
  recoveryCodes: { table: recoveryCodes, idPrefix: 'rcv' },
  installations: { table: installations, idPrefix: 'ins', shared: true },
  auditEntries: { table: auditEntries, idPrefix: 'aud' },
  auditHeads: { table: auditHeads, idPrefix: 'auh' },
  invitations: { table: invitations, idPrefix: 'inv' },
  idempotencyKeys: { table: idempotencyKeys, idPrefix: 'idk' },
  channels: { table: channels, idPrefix: 'cha' },
  sendRates: { table: sendRates, idPrefix: 'rate' },
  channelHealth: { table: channelHealth, idPrefix: 'hlt' },
  contacts: {
    table: contacts,
    idPrefix: 'con',
    search: ['displayName', 'name', 'profileName', 'phone', 'username', 'email'],
  },
  contactIdentities: { table: contactIdentities, idPrefix: 'cid' },
  contactMerges: { table: contactMerges, idPrefix: 'mrg' },
  contactBulks: { table: contactBulks, idPrefix: 'cbk' },
  contactBulkBatches: { table: contactBulkBatches, idPrefix: 'cbb' },
  contactImports: { table: contactImports, idPrefix: 'imp' },
  contactImportProblems: { table: contactImportProblems, idPrefix: 'ipr' },
  conversations: { table: conversations, idPrefix: 'cnv', search: ['contactName', 'contactPhone'] },
  // The features write the text that messages are searched by, since it depends on the type.
  messages: { table: messages, idPrefix: 'msg' },
  messageDays: { table: messageDays, idPrefix: 'mdy' },
  messageDayMarks: { table: messageDayMarks, idPrefix: 'mdm' },
  threadEntries: { table: threadEntries, idPrefix: 'ent', search: ['text'] },
  conversationReads: { table: conversationReads, idPrefix: 'crd' },
  notifications: { table: notifications, idPrefix: 'ntf' },
  media: { table: media, idPrefix: 'med' },
  cannedReplies: { table: cannedReplies, idPrefix: 'can' },
  savedViews: { table: savedViews, idPrefix: 'viw' },
  bulkActions: { table: bulkActions, idPrefix: 'blk' },
  bulkItems: { table: bulkItems, idPrefix: 'bit' },
  segments: { table: segments, idPrefix: 'seg' },
  leadStages: { table: leadStages, idPrefix: 'stg' },
  leads: { table: leads, idPrefix: 'led', search: ['title', 'contactName'] },
  leadEvents: { table: leadEvents, idPrefix: 'lev' },
  reminders: { table: reminders, idPrefix: 'rem' },
  scheduledMessages: { table: scheduledMessages, idPrefix: 'sch' },
  automationSettings: { table: automationSettings, idPrefix: 'aset' },
  automationRules: { table: automationRules, idPrefix: 'rul' },
  ruleCooldowns: { table: ruleCooldowns, idPrefix: 'cool' },
  automationRuns: { table: automationRuns, idPrefix: 'run' },
  templates: { table: templates, idPrefix: 'tpl', search: ['name'] },
  webhookDeliveries: { table: webhookDeliveries, idPrefix: 'whd', shared: true },
  webhookDeadLetters: { table: webhookDeadLetters, idPrefix: 'dead' },
  orphans: { table: orphans, idPrefix: 'orp' },
} satisfies Model

export type AppStore = Store<typeof model>
/** One workspace's documents; the only store a feature gets. */
export type WorkspaceStore = Scoped<typeof model>
export type SystemStore = AppStore['system']

export type { ChatFacts, JoinedChat } from './contacts.ts'
export type Workspace = InferSelectModel<typeof workspaces>
export type User = InferSelectModel<typeof users>
export type Session = InferSelectModel<typeof sessions>
export type AuditEntry = InferSelectModel<typeof auditEntries>
export type Channel = InferSelectModel<typeof channels>
export type ChannelHealth = InferSelectModel<typeof channelHealth>
export type Contact = InferSelectModel<typeof contacts>
export type ContactBulk = InferSelectModel<typeof contactBulks>
export type { ContactBulkFacts } from './contact-bulks.ts'
export type ContactImport = InferSelectModel<typeof contactImports>
export type ContactImportProblem = InferSelectModel<typeof contactImportProblems>
export type ContactMerge = InferSelectModel<typeof contactMerges>
export type ContactIdentity = InferSelectModel<typeof contactIdentities>
export type Conversation = InferSelectModel<typeof conversations>
export type Message = InferSelectModel<typeof messages>
export type ThreadEntry = InferSelectModel<typeof threadEntries>
export type Notification = InferSelectModel<typeof notifications>
export type CannedReply = InferSelectModel<typeof cannedReplies>
export type SavedView = InferSelectModel<typeof savedViews>
export type BulkAction = InferSelectModel<typeof bulkActions>
export type BulkItem = InferSelectModel<typeof bulkItems>
export type Lead = InferSelectModel<typeof leads>
export type Media = InferSelectModel<typeof media>
export type Reminder = InferSelectModel<typeof reminders>
export type ScheduledMessage = InferSelectModel<typeof scheduledMessages>
export type AutomationSettings = InferSelectModel<typeof automationSettings>
export type AutomationRule = InferSelectModel<typeof automationRules>
export type AutomationRun = InferSelectModel<typeof automationRuns>
export type Template = InferSelectModel<typeof templates>
export type WebhookDelivery = InferSelectModel<typeof webhookDeliveries>
export type WebhookDeadLetter = InferSelectModel<typeof webhookDeadLetters>
