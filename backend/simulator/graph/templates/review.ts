import { fieldChange } from '../../payloads/fields.ts'
import type { TemplateStatusParams } from '../../payloads/fields/templates.ts'
import type { Simulation } from '../../simulation.ts'
import { fieldContextOf } from '../../emit.ts'
import type { Template, TemplateCategory, TemplateStatus, World } from '../../world/world.ts'

export type Verdict =
  | { event: 'approve'; category?: TemplateCategory }
  | { event: 'reject'; reason?: string; recommendation?: string }
  | { event: 'pause'; title?: 'FIRST_PAUSE' | 'SECOND_PAUSE' | 'RATE_LIMITING_PAUSE' }
  | { event: 'disable'; reason?: string }
  | { event: 'flag' }
  | { event: 'reinstate' }
  | { event: 'archive' }
  | { event: 'unarchive' }
  | { event: 'quality'; score: Template['qualityScore'] }
  | { event: 'recategorise'; category: TemplateCategory }

/** After the configured delay. Names decide too, so that both outcomes can be seen by hand. */
export function startReview(simulation: Simulation, template: Template): void {
  const { afterMs, verdict } = simulation.behaviour.templateReview
  if (afterMs === null || template.name.startsWith('pending_')) return
  const isRejected = verdict === 'reject' || template.name.startsWith('reject_')
  simulation.later(afterMs, () => {
    if (!simulation.world.templates.has(template.id)) return
    reviewTemplate(simulation, template, isRejected ? { event: 'reject' } : { event: 'approve' })
  })
}

export function findTemplateByName(world: World, idOrName: string): Template {
  const template = world.templates.get(idOrName) ?? [...world.templates.values()].find((one) => one.name === idOrName)
  if (!template) throw new RangeError(`There is no template ${idOrName}.`)
  return template
}

/** Changes the template as Meta would and says so by webhook. */
export function reviewTemplate(simulation: Simulation, template: Template, verdict: Verdict): void {
  const become = (status: TemplateStatus, said: TemplateStatusParams) => {
    template.status = status
    announceTemplate(simulation, template, said)
  }
  switch (verdict.event) {
    case 'approve':
      if (verdict.category) template.category = verdict.category
      return become('APPROVED', { event: 'APPROVED', reason: 'NONE' })
    case 'reject':
      return reject(template, verdict.reason ?? 'INVALID_FORMAT', verdict.recommendation, become)
    case 'pause':
      template.qualityScore = 'RED'
      return become('PAUSED', {
        event: 'PAUSED',
        otherInfo: {
          title: verdict.title ?? 'FIRST_PAUSE',
          description: 'The template is paused because of low quality.',
        },
      })
    case 'disable':
      return become('DISABLED', {
        event: 'DISABLED',
        reason: verdict.reason ?? 'NONE',
        disableDate: 'November 21, 2026',
        otherInfo: { title: 'DISABLED', description: 'The template is disabled.' },
      })
    case 'flag':
      return become('FLAGGED', { event: 'FLAGGED', reason: 'NONE' })
    case 'reinstate':
      return become('APPROVED', { event: 'REINSTATED', reason: 'NONE' })
    case 'archive':
      return become('ARCHIVED', { event: 'ARCHIVED', reason: 'NONE' })
    case 'unarchive':
      return become('APPROVED', { event: 'UNARCHIVED', reason: 'NONE' })
    case 'quality':
      return changeQuality(simulation, template, verdict.score)
    case 'recategorise':
      return recategorise(simulation, template, verdict.category)
  }
}

function reject(
  template: Template,
  reason: string,
  recommendation: string | undefined,
  become: (status: TemplateStatus, said: TemplateStatusParams) => void,
): void {
  template.rejectedReason = reason
  become('REJECTED', {
    event: 'REJECTED',
    reason,
    rejectionInfo:
      reason === 'INVALID_FORMAT'
        ? {
            reason: 'Variables need more text around them.',
            recommendation: recommendation ?? 'Add words before and after each variable.',
          }
        : undefined,
  })
}

export function announceTemplate(simulation: Simulation, template: Template, said: TemplateStatusParams): void {
  simulation.outbox.publish(
    fieldChange('message_template_status_update', fieldContextOf(simulation, { accountId: template.accountId }), {
      ...refOf(template),
      category: template.category,
      ...said,
    }),
  )
}

function changeQuality(simulation: Simulation, template: Template, score: Template['qualityScore']): void {
  const from = template.qualityScore
  template.qualityScore = score
  const context = fieldContextOf(simulation, { accountId: template.accountId })
  simulation.outbox.publish(
    fieldChange('message_template_quality_update', context, { ...refOf(template), from, to: score }),
  )
}

function recategorise(simulation: Simulation, template: Template, category: TemplateCategory): void {
  template.previousCategory = template.category
  template.category = category
  const context = fieldContextOf(simulation, { accountId: template.accountId })
  simulation.outbox.publish(
    fieldChange('template_category_update', context, {
      ...refOf(template),
      from: template.previousCategory,
      to: category,
    }),
  )
}

const refOf = (template: Template) => ({ id: template.id, name: template.name, language: template.language })
