import type { Letter } from '../../platform/mail.ts'

type Reader = { name: string; email: string }

export function resetLetter({ name, email }: Reader, link: string): Letter {
  return {
    to: email,
    subject: 'Set a new password for Parley',
    text: `Hello ${oneLine(name)},

somebody, probably you, wants to set a new password for ${email}. This link does it, once and within an hour:

${link}

Every device is signed out then. If it was not you, do nothing: your password stays as it is.
`,
  }
}

type Invited = { email: string; workspaceName: string; invitedBy: string | null }

export function invitationLetter({ email, workspaceName, invitedBy }: Invited, link: string): Letter {
  const workspace = oneLine(workspaceName)
  return {
    to: email,
    subject: `Join ${workspace} on Parley`,
    text: `Hello,

${invitedBy ? `“${oneLine(invitedBy)}”` : 'Somebody'} invited you to answer customers of “${workspace}” together. This link makes your account, once and within
seven days:

${link}

If you do not know what this is about, do nothing.
`,
  }
}

/** People name themselves and their workspace: nothing they write makes a line, and thus a message, of its own. */
const oneLine = (name: string) => name.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
