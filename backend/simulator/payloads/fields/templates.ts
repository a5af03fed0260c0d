import { numeric } from '../numeric.ts'
import { compact } from '../person.ts'
import { timed } from './field.ts'

export interface TemplateRef {
  id?: string
  name?: string
  language?: string
}

const refOf = (p: TemplateRef) => ({
  message_template_id: numeric(p.id ?? '1689556908129832'),
  message_template_name: p.name ?? 'order_confirmation',
  message_template_language: p.language ?? 'en_US',
})

export interface TemplateStatusParams extends TemplateRef {
  event?: string
  category?: string
  /** null is what a scheduled deletion has; `absent` leaves the member out. */
  reason?: string | null | 'absent'
  disableDate?: string
  otherInfo?: { title: string; description: string }
  rejectionInfo?: { reason: string; recommendation: string }
}

export const templateFields = {
  message_template_status_update: timed<TemplateStatusParams>('message_template_status_update', (_context, p) =>
    compact({
      event: p.event ?? 'APPROVED',
      ...refOf(p),
      message_template_category: p.category,
      reason: p.reason === 'absent' ? undefined : p.reason === undefined ? 'NONE' : p.reason,
      disable_info: p.disableDate ? { disable_date: p.disableDate } : undefined,
      other_info: p.otherInfo,
      rejection_info: p.rejectionInfo,
    }),
  ),

  message_template_quality_update: timed<TemplateRef & { from?: string; to?: string }>(
    'message_template_quality_update',
    (_context, p) => ({
      previous_quality_score: p.from ?? 'GREEN',
      new_quality_score: p.to ?? 'YELLOW',
      ...refOf(p),
    }),
  ),

  /** Meta's own page shows a quality update under the status field. */
  template_quality_in_status_field: timed<TemplateRef & { from?: string; to?: string }>(
    'message_template_status_update',
    (_context, p) => ({
      previous_quality_score: p.from ?? 'GREEN',
      new_quality_score: p.to ?? 'RED',
      ...refOf(p),
    }),
  ),

  message_template_components_update: timed<
    TemplateRef & { body?: string; title?: string; footer?: string; buttons?: object[] }
  >('message_template_components_update', (_context, p) =>
    compact({
      ...refOf(p),
      message_template_title: p.title,
      message_template_element: p.body ?? 'Hi {{1}}, your order {{2}} is on its way.',
      message_template_footer: p.footer,
      message_template_buttons: p.buttons ?? [
        {
          message_template_button_type: 'URL',
          message_template_button_text: 'Track',
          message_template_button_url: 'https://example.com/track',
        },
      ],
    }),
  ),

  /** The warning comes 24 hours ahead: then `new_category` is the present one. */
  template_category_update: timed<TemplateRef & { from?: string; to?: string; correct?: string; at?: number }>(
    'template_category_update',
    (context, p) =>
      p.correct === undefined
        ? { ...refOf(p), previous_category: p.from ?? 'UTILITY', new_category: p.to ?? 'MARKETING' }
        : {
            ...refOf(p),
            correct_category: p.correct,
            new_category: p.to ?? 'UTILITY',
            category_update_timestamp: p.at ?? context.now + 86_400,
          },
  ),

  /** The shape is not documented where we could read it; this is a guess that exercises tolerance. */
  template_correct_category_detection: timed<TemplateRef & { category?: string; correct?: string }>(
    'template_correct_category_detection',
    (_context, p) => ({ ...refOf(p), category: p.category ?? 'UTILITY', correct_category: p.correct ?? 'MARKETING' }),
  ),
}
