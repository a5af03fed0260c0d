import * as z from 'zod'
import { defineRoutes } from './route.ts'
import { Id, Instant, InstantInput, PageQuery, Pagination } from './values.ts'

/** Everything that is written down. A new one needs its sentence in `frontend/components/audit/audit-words.ts`. */
export const auditActions = [
  'workspace.created',
  'session.started',
  'session.refused',
  'session.ended',
  'session.revoked',
  'password.changed',
  'password.reset_requested',
  'password.reset',
  'two_factor.enabled',
  'two_factor.disabled',
  'two_factor.reset',
  'two_factor.refused',
  'two_factor.recovery_code_used',
  'two_factor.codes_renewed',
  'member.invited',
  'member.invitation_revoked',
  'member.joined',
  'member.role_changed',
  'member.visibility_changed',
  'member.disabled',
  'member.enabled',
  'ownership.transferred',
  'channel.created',
  'channel.changed',
  'channel.credentials_changed',
  'channel.removed',
  'contact.exported',
  'contact.erased',
  'contact.merged',
  'contact.unmerged',
  'contacts.exported',
  'contacts.imported',
  'messages.exported',
  'sending.paused',
  'sending.resumed',
  'settings.changed',
  'retention.applied',
] as const
export const AuditAction = z.enum(auditActions)
export type AuditAction = z.infer<typeof AuditAction>

export const AuditEntry = z.object({
  id: Id,
  createdAt: Instant,
  actorId: Id.nullable(),
  actorName: z.string().nullable(),
  action: AuditAction,
  subjectId: z.string().nullable(),
  subjectName: z.string().nullable(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  ip: z.string().nullable(),
})
export type AuditEntry = z.infer<typeof AuditEntry>

export const audit = defineRoutes({
  list: {
    method: 'GET',
    path: '/audit',
    query: PageQuery.omit({ page: true }).extend({
      actorId: Id.optional(),
      action: AuditAction.optional(),
      from: InstantInput.optional(),
      until: InstantInput.optional(),
    }),
    result: z.object({ entries: z.array(AuditEntry), pagination: Pagination }),
    access: 'admin',
    summary: 'Who did what in this workspace, the latest first',
  },
})
