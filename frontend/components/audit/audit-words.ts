import type { AuditAction, AuditEntry } from '#contract/audit.ts'
import { roleNames } from '../team/team-words.ts'

type Details = AuditEntry['details']
/** `who` and `whom` are names; the sentence is about what `who` did. */
type Sentence = (words: { whom: string; details: Details }) => string

const roleOf = (value: Details[string] | undefined) => roleNames[value as keyof typeof roleNames] ?? String(value ?? '')
const seeing = {
  all: 'all conversations',
  unassigned: 'their own and unassigned conversations',
  mine: 'only their own',
}
const seen = (value: Details[string] | undefined) =>
  seeing[value as keyof typeof seeing] ?? 'what the workspace lets agents see'
const count = (value: Details[string] | undefined, one: string, many: string) =>
  Number(value) === 1 ? `1 ${one}` : `${Number(value ?? 0)} ${many}`

/** What each action is called in the filter, and its sentence. */
export const auditWords: Record<AuditAction, { label: string; sentence: Sentence }> = {
  'workspace.created': { label: 'Workspace opened', sentence: () => 'opened the workspace' },
  'session.started': { label: 'Signed in', sentence: () => 'signed in' },
  'session.refused': { label: 'Wrong password', sentence: ({ whom }) => `tried a wrong password for ${whom}` },
  'session.ended': { label: 'Signed out', sentence: () => 'signed out' },
  'session.revoked': {
    label: 'Device signed out',
    sentence: ({ details }) => `signed ${count(details['count'], 'other device', 'other devices')} out`,
  },
  'password.changed': { label: 'Password changed', sentence: () => 'changed their password' },
  'password.reset_requested': {
    label: 'New password asked for',
    sentence: ({ whom }) => `asked for a link to set a new password for ${whom}`,
  },
  'password.reset': { label: 'Password reset', sentence: () => 'set a new password with a link' },
  'two_factor.enabled': { label: 'Second factor on', sentence: () => 'turned the second factor on' },
  'two_factor.disabled': { label: 'Second factor off', sentence: () => 'turned the second factor off' },
  'two_factor.reset': { label: 'Second factor reset', sentence: ({ whom }) => `reset the second factor of ${whom}` },
  'two_factor.refused': {
    label: 'Wrong code',
    sentence: ({ whom }) => `knew the password of ${whom} but gave a wrong code`,
  },
  'two_factor.recovery_code_used': { label: 'Recovery code used', sentence: () => 'signed in with a recovery code' },
  'two_factor.codes_renewed': { label: 'New recovery codes', sentence: () => 'made new recovery codes' },
  'member.invited': {
    label: 'Invited',
    sentence: ({ whom, details }) => `invited ${whom} as ${roleOf(details['role'])}`,
  },
  'member.invitation_revoked': {
    label: 'Invitation taken back',
    sentence: ({ whom }) => `took the invitation of ${whom} back`,
  },
  'member.joined': { label: 'Joined', sentence: ({ details }) => `joined as ${roleOf(details['role'])}` },
  'member.role_changed': {
    label: 'Role changed',
    sentence: ({ whom, details }) => `made ${whom} ${roleOf(details['after'])} instead of ${roleOf(details['before'])}`,
  },
  'member.visibility_changed': {
    label: 'Visibility changed',
    sentence: ({ whom, details }) => `lets ${whom} see ${seen(details['after'])}`,
  },
  'member.disabled': {
    label: 'Disabled or left',
    sentence: ({ whom, details }) => (details['left'] ? 'left the workspace' : `disabled ${whom}`),
  },
  'member.enabled': { label: 'Enabled again', sentence: ({ whom }) => `enabled ${whom} again` },
  'ownership.transferred': {
    label: 'Ownership handed over',
    sentence: ({ whom }) => `handed the workspace over to ${whom}`,
  },
  'channel.created': { label: 'Number added', sentence: ({ whom }) => `added the number ${whom}` },
  'channel.changed': { label: 'Number changed', sentence: ({ whom }) => `changed the number ${whom}` },
  'channel.credentials_changed': {
    label: 'Credentials changed',
    sentence: ({ whom }) => `changed the credentials of the number ${whom}`,
  },
  'channel.removed': { label: 'Number removed', sentence: ({ whom }) => `removed the number ${whom}` },
  'contact.exported': { label: 'One contact exported', sentence: () => 'exported everything about one contact' },
  'contact.erased': {
    label: 'Contact erased',
    sentence: ({ details }) =>
      details['again']
        ? 'erased a contact again, which a backup or a copy had brought back'
        : `erased a contact with ${count(details['messages'], 'message', 'messages')}`,
  },
  'contact.merged': { label: 'Contacts merged', sentence: () => 'merged two contacts' },
  'contact.unmerged': { label: 'Merge taken back', sentence: () => 'took a merge of two contacts back' },
  'contacts.exported': { label: 'Contacts exported', sentence: () => 'exported the contacts as a table' },
  'contacts.imported': { label: 'Contacts imported', sentence: () => 'imported contacts from a file' },
  'messages.exported': { label: 'Messages exported', sentence: () => 'exported messages as a table' },
  'sending.paused': {
    label: 'Sending paused',
    sentence: () => 'paused sending, because the data was copied or moved',
  },
  'sending.resumed': { label: 'Sending resumed', sentence: () => 'resumed sending' },
  'settings.changed': {
    label: 'Settings changed',
    sentence: ({ details }) => `changed the settings (${Object.keys(details).join(', ')})`,
  },
  'retention.applied': {
    label: 'Old data forgotten',
    sentence: ({ details }) =>
      `forgot ${count(details['messages'], 'message', 'messages')} and ${count(details['files'], 'file', 'files')} that were too old`,
  },
}

export function sentenceFor({ action, actorName, subjectName, details }: AuditEntry): { who: string; what: string } {
  const what = auditWords[action].sentence({ whom: subjectName ?? 'somebody', details })
  const isOurs = action === 'retention.applied' || action === 'sending.paused' || details['again'] === true
  return { who: actorName ?? (isOurs ? 'Parley' : 'Somebody'), what }
}
