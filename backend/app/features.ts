import type { Feature } from '../feature.ts'
import { createAccount } from '../features/account/account.ts'
import { analytics } from '../features/analytics/analytics.ts'
import { audit } from '../features/audit/audit.ts'
import { createAuth } from '../features/auth/auth.ts'
import { beginBulk, bulkActions } from '../features/bulk/bulk.ts'
import { cannedReplies } from '../features/canned-replies/canned-replies.ts'
import { createChannels } from '../features/channels/channels.ts'
import { contactBulks } from '../features/contact-bulk/contact-bulk.ts'
import { createContacts } from '../features/contacts/contacts.ts'
import { createContactImports } from '../features/contacts/imports.ts'
import { createConversations } from '../features/conversations/conversations.ts'
import { createDoctor } from '../features/doctor/doctor.ts'
import { firstRun } from '../features/first-run/first-run.ts'
import { leads } from '../features/leads/leads.ts'
import { pipelineSettings } from '../features/leads/settings.ts'
import { media } from '../features/media/media.ts'
import { notes } from '../features/notes/notes.ts'
import { notifications } from '../features/notifications/notifications.ts'
import { messagingSettings } from '../features/numbers/messaging-settings.ts'
import { createNumbers } from '../features/numbers/numbers.ts'
import { createPolicies } from '../features/policies/policies.ts'
import { savedViews } from '../features/saved-views/saved-views.ts'
import { createSearch } from '../features/search/search.ts'
import { segments } from '../features/segments/segments.ts'
import { createMessages } from '../features/sending/messages.ts'
import { createShortMessages } from '../features/sending/short.ts'
import { createTeam } from '../features/team/team.ts'
import { createTemplates } from '../features/templates/templates.ts'
import { usage } from '../features/usage/usage.ts'
import { createWebhookLog } from '../features/webhook-log/webhook-log.ts'
import type { Accounts } from './accounts.ts'
import type { Ground } from './ground.ts'
import type { Parts } from './parts.ts'
import type { WhatsApp } from './whatsapp.ts'

/** Everything the API can do. */
export function gatherFeatures(
  { driver, quota }: Ground,
  { graph, sealer, markRead, practice, templateApiFor, handOverSample }: WhatsApp,
  { authDeps }: Accounts,
  { channelDeps, doctorDeps, contactDeps, removeFile, replayDeps, automation }: Parts,
): Feature[] {
  return [
    createAuth(authDeps),
    createTeam({ ...authDeps, beginBulk }),
    createAccount(authDeps),
    audit,
    createPolicies({ ...authDeps, quota }),
    createChannels(channelDeps),
    createDoctor(doctorDeps),
    createNumbers({ graph, sealer, uploadPicture: handOverSample }),
    messagingSettings,
    usage,
    analytics,
    createWebhookLog(replayDeps),
    createConversations({ markRead }),
    createMessages({ markRead }),
    createShortMessages({ markRead }),
    createContacts(contactDeps),
    contactBulks,
    createContactImports({ removeFile }),
    segments,
    leads,
    pipelineSettings,
    firstRun,
    notes,
    notifications,
    cannedReplies,
    savedViews,
    bulkActions,
    createSearch({ inSlices: driver.kind === 'json' }),
    media,
    createTemplates({ apiFor: templateApiFor, uploadSample: handOverSample }),
    practice.feature,
    ...automation.features,
  ]
}
