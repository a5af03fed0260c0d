import {
  readAccountAlert,
  readAccountReview,
  readAccountSettings,
  readAccountUpdate,
  readAutomaticEvents,
  readFlows,
  readPartnerSolutions,
  readPaymentConfiguration,
  readSecurity,
} from './account.ts'
import { readCalls } from './calls.ts'
import { readEchoes } from './echoes.ts'
import type { FieldReader } from './field.ts'
import { readGroups } from './groups.ts'
import { readHistory } from './history.ts'
import { readMessagesField } from './messages.ts'
import { readAddressBook, readPreferences, readUserIdUpdates } from './people.ts'
import { readCapability, readPhoneName, readPhoneQuality, readUsername } from './phone-number.ts'
import { readHandovers, readStandby } from './standby.ts'
import { readTemplateChange } from './templates.ts'

/** What an app can subscribe to at Meta. */
export const fieldReaders: { [field: string]: FieldReader } = {
  messages: readMessagesField,
  // Not Meta's: other tools that hand webhooks on split the field in two.
  statuses: readMessagesField,
  message_echoes: readEchoes,
  smb_message_echoes: readEchoes,
  smb_app_state_sync: readAddressBook,
  history: readHistory,
  user_preferences: readPreferences,
  user_id_update: readUserIdUpdates,
  standby: readStandby,
  messaging_handovers: readHandovers,
  calls: readCalls,
  group_lifecycle_update: readGroups,
  group_participants_update: readGroups,
  group_settings_update: readGroups,
  group_status_update: readGroups,
  message_template_status_update: readTemplateChange,
  message_template_quality_update: readTemplateChange,
  message_template_components_update: readTemplateChange,
  template_category_update: readTemplateChange,
  template_correct_category_detection: readTemplateChange,
  phone_number_quality_update: readPhoneQuality,
  phone_number_name_update: readPhoneName,
  business_username_update: readUsername,
  business_username_updates: readUsername,
  business_capability_update: readCapability,
  account_update: readAccountUpdate,
  account_review_update: readAccountReview,
  account_alerts: readAccountAlert,
  account_settings_update: readAccountSettings,
  security: readSecurity,
  flows: readFlows,
  payment_configuration_update: readPaymentConfiguration,
  partner_solutions: readPartnerSolutions,
  automatic_events: readAutomaticEvents,
}

/** The field of a change that does not name it, by the member only that field has. */
const telltales: readonly (readonly [member: string, field: string])[] = [
  ['standby', 'standby'],
  ['history', 'history'],
  ['message_echoes', 'smb_message_echoes'],
  ['state_sync', 'smb_app_state_sync'],
  ['user_preferences', 'user_preferences'],
  ['user_id_update', 'user_id_update'],
  ['calls', 'calls'],
  ['groups', 'group_lifecycle_update'],
  ['control_passed', 'messaging_handovers'],
  ['control_taken', 'messaging_handovers'],
  ['messages', 'messages'],
  ['statuses', 'messages'],
  ['errors', 'messages'],
  ['message_template_id', 'message_template_status_update'],
  ['waba_info', 'account_update'],
  ['ban_info', 'account_update'],
  ['alert_info', 'account_alerts'],
  ['automatic_events', 'automatic_events'],
]

export function guessField(value: object): string | undefined {
  return telltales.find(([member]) => Object.hasOwn(value, member))?.[1]
}
