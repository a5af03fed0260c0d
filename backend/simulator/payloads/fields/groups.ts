import { errorForWebhook } from '../../errors/webhook-error.ts'
import { compact } from '../person.ts'
import { ofNumber } from './field.ts'

interface GroupParams {
  groupId?: string
  requestId?: string
  failedWith?: number
}

const GROUP_ID = 'Y2FwaV9ncm91cDoxNTU1MDc4Mzg4MToxMjAzNjM'

const group = (type: string, now: number, p: GroupParams, rest: object) => ({
  groups: [
    compact({
      timestamp: String(now),
      group_id: p.groupId ?? GROUP_ID,
      type,
      request_id: p.requestId,
      ...rest,
      errors: p.failedWith === undefined ? undefined : [errorForWebhook(p.failedWith)],
    }),
  ],
})

export const groupFields = {
  group_created: ofNumber<GroupParams & { subject?: string; approval?: string }>(
    'group_lifecycle_update',
    ({ now }, p) =>
      group(
        'group_create',
        now,
        { requestId: 'req-1', ...p },
        {
          subject: p.subject ?? 'Plant lovers',
          invite_link: p.failedWith === undefined ? 'https://chat.whatsapp.com/Ab12Cd34Ef56' : undefined,
          join_approval_mode: p.approval ?? 'auto_approve',
        },
      ),
  ),
  group_deleted: ofNumber<GroupParams>('group_lifecycle_update', ({ now }, p) =>
    group('group_delete', now, { requestId: 'req-2', ...p }, {}),
  ),
  group_participants_added: ofNumber<GroupParams>('group_participants_update', ({ now, person }, p) =>
    group('group_participants_add', now, p, {
      reason: 'invite_link',
      added_participants: [compact({ wa_id: person.phone, user_id: person.userId })],
    }),
  ),
  group_join_request: ofNumber<GroupParams & { revoked?: boolean }>('group_participants_update', ({ now, person }, p) =>
    group(p.revoked ? 'group_join_request_revoked' : 'group_join_request_created', now, p, {
      join_request_id: 'join-1',
      wa_id: person.phone,
      user_id: person.userId,
    }),
  ),
  group_participants_removed: ofNumber<GroupParams & { by?: 'business' | 'participant' }>(
    'group_participants_update',
    ({ now, person }, p) => ({
      ...group('group_participants_remove', now, p, {
        removed_participants: [
          compact({
            input: p.by === 'business' ? person.phone : undefined,
            wa_id: person.phone,
            user_id: person.userId,
          }),
        ],
      }),
      initiated_by: p.by ?? 'participant',
    }),
  ),
  group_settings_update: ofNumber<GroupParams & { subject?: string; description?: string }>(
    'group_settings_update',
    ({ now }, p) =>
      group(
        'group_settings_update',
        now,
        { requestId: 'req-3', ...p },
        {
          group_subject: { text: p.subject ?? 'Plant lovers', update_successful: true },
          group_description: { text: p.description ?? 'All about plants', update_successful: true },
        },
      ),
  ),
  group_status_update: ofNumber<GroupParams & { cleared?: boolean }>('group_status_update', ({ now }, p) =>
    group(p.cleared ? 'group_suspend_cleared' : 'group_suspend', now, p, {}),
  ),
}
