import * as z from 'zod'
import { BulkAction } from './bulk-actions.ts'
import { AutomationRun } from './automation.ts'
import { Channel } from './channels.ts'
import { ContactBulk } from './contact-bulk.ts'
import { ContactImport } from './contact-import.ts'
import { Contact } from './contacts.ts'
import { Conversation } from './conversations.ts'
import { HealthReport } from './doctor.ts'
import { Lead } from './leads.ts'
import { Message } from './messages.ts'
import { ThreadEntry } from './notes.ts'
import { Notification } from './notifications.ts'
import { Reminder } from './reminders.ts'
import { ScheduledMessage } from './scheduled-messages.ts'
import { Template } from './templates.ts'
import { Id, Instant } from './values.ts'

const Typing = z.object({ conversationId: Id, userId: Id, name: z.string() })

/** Who looks at a conversation now; nobody is an empty list. */
export const Presence = z.object({ conversationId: Id, users: z.array(z.object({ id: Id, name: z.string() })) })
export type Presence = z.infer<typeof Presence>

/**
 * Every event the server sends, with its payload. Payloads have the shape of the API's answers. Delivery is at most once:
 * what was missed while the line was down is asked for with the cursor of the last greeting (`GET /api/changes`).
 */
export const serverEvents = {
  /**
   * First after connecting, with the cursor to catch up from. Comes again on the same line when events may have been
   * missed: catch up from the cursor before, then keep this one.
   */
  hello: z.object({ cursor: Instant, userId: Id, workspaceId: Id }),
  /**
   * Last before the server closes the line. `session_ended`: sign in again, there is no use in reconnecting.
   * `restarting` and `too_slow`: reconnect, after a moment.
   */
  goodbye: z.object({ reason: z.enum(['session_ended', 'restarting', 'too_slow']) }),
  'message:new': z.object({ message: Message, conversation: Conversation }),
  'message:status': z.object({ message: Message }),
  /** Content, reactions or media of a message changed. */
  'message:updated': z.object({ message: Message }),
  'conversation:updated': z.object({ conversation: Conversation }),
  'conversation:removed': z.object({ conversationId: Id }),
  /** This person read a chat, or put it back among the unread, in another window. */
  'conversation:read': z.object({ conversationId: Id, seen: z.number() }),
  'note:new': z.object({ note: ThreadEntry }),
  'note:updated': z.object({ note: ThreadEntry }),
  'note:removed': z.object({ noteId: Id, conversationId: Id }),
  /** Somebody closed, assigned, snoozed or tagged a chat. */
  'activity:new': z.object({ entry: ThreadEntry }),
  'notification:new': z.object({ notification: Notification, unread: z.number() }),
  /** In another window; without an id all of them. */
  'notification:read': z.object({ notificationId: Id.nullable(), unread: z.number() }),
  /** While many chats are changed, and once more at the end; to the person who does it. */
  'bulk:progress': z.object({ action: BulkAction }),
  /** Somebody changed the saved answers, a segment or a view, or a segment was counted: ask again. */
  'canned-replies:changed': z.object({}),
  'segments:changed': z.object({}),
  'saved-views:changed': z.object({}),
  /** Somebody joined, left or was renamed. */
  'team:changed': z.object({}),
  'contact:updated': z.object({ contact: Contact }),
  'contact:removed': z.object({ contactId: Id }),
  /** Many contacts were imported or taken back: ask again. */
  'contacts:changed': z.object({}),
  /** While contacts are imported, and once more at the end; to the person who does it, and to admins. */
  'contacts:import': z.object({ import: ContactImport }),
  /**
   * While many contacts are changed, and once more at the end; to the person who does it, and to admins. Of more than 200
   * there is no event for each. Everybody hears `contacts:changed` at the end.
   */
  'contacts:bulk': z.object({ bulk: ContactBulk }),
  'lead:updated': z.object({ lead: Lead }),
  'lead:removed': z.object({ leadId: Id }),
  /** Stages, or many leads at once, changed: ask for them again. */
  'leads:changed': z.object({}),
  'channel:updated': z.object({ channel: Channel }),
  'channel:removed': z.object({ channelId: Id }),
  /** A check of a number ended. */
  'channel:health': z.object({ report: HealthReport }),
  /** Only to the person whose reminder it is. */
  'reminder:updated': z.object({ reminder: Reminder }),
  'reminder:removed': z.object({ reminderId: Id }),
  'scheduled:updated': z.object({ scheduled: ScheduledMessage }),
  'automation:run': z.object({ run: AutomationRun }),
  'template:updated': z.object({ template: Template }),
  'template:removed': z.object({ templateId: Id }),
  /** Only to those who joined the conversation, and not to the person who types. Ends by itself after `typingSeconds`. */
  'typing:start': Typing,
  'typing:stop': Typing,
  presence: Presence,
} satisfies Record<string, z.ZodType>

export type ServerEvents = { [Name in keyof typeof serverEvents]: z.infer<(typeof serverEvents)[Name]> }
export type ServerEvent = {
  /** With `to` it goes to the browsers of that person alone. `was` is whose a conversation or a lead was before. */
  [Name in keyof ServerEvents]: { name: Name; payload: ServerEvents[Name]; to?: string; was?: string | null }
}[keyof ServerEvents]

/** Somebody who goes on typing says `typing:start` again within this time. */
export const typingSeconds = 6

/** The payload of every client event; the bare id is understood too. */
export const ConversationRef = z
  .union([Id, z.object({ conversationId: Id })])
  .transform((value) => (typeof value === 'string' ? { conversationId: value } : value))

type ConversationRef = z.output<typeof ConversationRef>

/** Every event a browser sends. A conversation of another workspace is ignored. */
export type ClientEvents = {
  'join-conversation': ConversationRef
  'leave-conversation': ConversationRef
  'typing:start': ConversationRef
  'typing:stop': ConversationRef
}
