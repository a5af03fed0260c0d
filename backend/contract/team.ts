import * as z from 'zod'
import { Email, NewPassword, Role, SignedIn, User } from './auth.ts'
import { defineRoutes, Done } from './route.ts'
import { CleanText, Id, Instant, Label } from './values.ts'
import { Visibility } from './workspace.ts'

export const Member = User.extend({
  disabledAt: Instant.nullable(),
  /** Which conversations an agent sees; null means as the workspace says. */
  visibility: Visibility.nullable(),
  /** Signing in needs a code too. */
  twoFactor: z.boolean(),
})
export type Member = z.infer<typeof Member>

/** Somebody who was asked to join and has not answered yet. */
export const Invitation = z.object({ id: Id, createdAt: Instant, email: z.string(), role: Role, expiresAt: Instant })
export type Invitation = z.infer<typeof Invitation>

const Token = CleanText.trim().min(20).max(100)

export const team = defineRoutes({
  list: {
    method: 'GET',
    path: '/team',
    result: z.object({ members: z.array(Member), invitations: z.array(Invitation) }),
    summary: 'Who works here, and who was invited',
  },
  invite: {
    method: 'POST',
    path: '/team/invitations',
    body: z.strictObject({ email: Email, role: Role.exclude(['owner']).default('agent') }),
    /** The link is shown once: only its hash is stored. */
    result: Invitation.extend({
      link: z.string(),
      /** The link was also sent by mail. */
      mailed: z.boolean(),
    }),
    access: 'admin',
    status: 201,
    summary: 'Invite somebody; the link works once, for seven days',
  },
  revoke: {
    method: 'DELETE',
    path: '/team/invitations/:invitationId',
    result: Done,
    access: 'admin',
    summary: 'Take an invitation back',
  },
  /** What the page behind the link shows before somebody accepts. */
  read: {
    method: 'POST',
    path: '/invitations/check',
    body: z.strictObject({ token: Token }),
    result: z.object({ email: z.string(), workspaceName: z.string(), role: Role }),
    access: 'public',
    summary: 'Who is invited to what',
  },
  accept: {
    method: 'POST',
    path: '/invitations/accept',
    body: z.strictObject({ token: Token, name: Label, password: NewPassword }),
    result: SignedIn,
    access: 'public',
    status: 201,
    summary: 'Join the workspace and sign in',
  },
  /** What would wait for somebody who is gone. */
  work: {
    method: 'GET',
    path: '/team/:userId/work',
    result: z.object({
      /** Assigned to them and not closed; counted no further than one change of many chats reaches. */
      chats: z.int().min(0),
    }),
    access: 'admin',
    summary: 'How many chats somebody has that are not closed',
  },
  update: {
    method: 'PATCH',
    path: '/team/:userId',
    body: z.strictObject({
      role: Role.optional(),
      disabled: z.boolean().optional(),
      visibility: Visibility.nullable().optional(),
      /** Their chats that are not closed go to a colleague, or with null back to all. */
      handOver: z.strictObject({ to: Id.nullable() }).optional(),
    }),
    result: Member,
    access: 'admin',
    summary: 'Change the role of a person or what they see, disable them, or hand their chats over',
  },
  transfer: {
    method: 'POST',
    path: '/team/:userId/ownership',
    body: z.strictObject({ password: CleanText.max(1000) }),
    result: Member,
    access: 'owner',
    summary: 'Hand the workspace over: they become owner, you become an admin',
  },
  leave: {
    method: 'POST',
    path: '/profile/leave',
    body: z.strictObject({ password: CleanText.max(1000) }),
    result: Done,
    summary: 'Leave the workspace; the last owner cannot',
  },
  profile: {
    method: 'PATCH',
    path: '/profile',
    body: z.strictObject({ name: Label }),
    result: Member,
    summary: 'Change your own name',
  },
  password: {
    method: 'POST',
    path: '/profile/password',
    body: z.strictObject({ current: CleanText.max(1000), password: NewPassword }),
    result: Done,
    summary: 'Change your own password; every other session ends',
  },
})
