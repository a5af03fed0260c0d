import { GraphError } from '../../errors/graph-error.ts'
import type { TemplateButton } from '../../world/world.ts'
import type { Param } from '../param.ts'
import { variablesIn } from '../templates/variables.ts'

/** What a button of each type takes when the template is sent. */
const TAKES: Record<string, { subTypes: readonly string[]; parameter: string; max: number }> = {
  URL: { subTypes: ['url'], parameter: 'text', max: 2000 },
  OTP: { subTypes: ['url', 'copy_code'], parameter: 'text', max: 15 },
  COPY_CODE: { subTypes: ['copy_code'], parameter: 'coupon_code', max: 20 },
  QUICK_REPLY: { subTypes: ['quick_reply'], parameter: 'payload', max: 256 },
  FLOW: { subTypes: ['flow'], parameter: 'action', max: 0 },
  CATALOG: { subTypes: ['catalog'], parameter: 'action', max: 0 },
  MPM: { subTypes: ['mpm'], parameter: 'action', max: 0 },
  VOICE_CALL: { subTypes: ['voice_call'], parameter: 'ttl_minutes', max: 0 },
}

export function checkButtonParameters(buttons: readonly TemplateButton[], given: readonly Param[]): void {
  const byIndex = new Map(given.map((part) => [Number(part.get('index').value ?? 0), part]))
  for (const [index, part] of byIndex) checkOne(buttons[index], index, part)
  buttons.forEach((button, index) => {
    if (isFilledBySender(button) && !byIndex.has(index)) {
      throw new GraphError(131008, {
        details: `buttons: Button at index ${index} of type ${titled(button.type)} requires a parameter`,
      })
    }
  })
}

function isFilledBySender(button: TemplateButton): boolean {
  if (button.type === 'URL') return variablesIn(button.url ?? '').length > 0
  return ['OTP', 'COPY_CODE', 'MPM'].includes(button.type)
}

function checkOne(button: TemplateButton | undefined, index: number, part: Param): void {
  const subType = String(part.get('sub_type').value)
  const rule = button && TAKES[button.type]
  if (!button || !rule?.subTypes.includes(subType)) {
    throw new GraphError(132012, {
      details: `buttons: Button at index ${index} does not match the type in the template`,
    })
  }
  if (button.type === 'URL' && variablesIn(button.url ?? '').length === 0) {
    throw new GraphError(132012, { details: `buttons: Button at index ${index} of type Url does not take a parameter` })
  }
  const parameters = part.get('parameters')
  if (!parameters.exists() && ['QUICK_REPLY', 'FLOW', 'CATALOG'].includes(button.type)) return
  const [parameter] = parameters.list(1, 1)
  if (!parameter) return
  const type = String(parameter.get('type').value)
  if (type !== rule.parameter) throw formatMismatch(`button ${index}`, rule.parameter.toUpperCase(), type.toUpperCase())
  if (button.type === 'MPM') checkProducts(parameter.get('action').object())
  if (rule.max > 0) parameter.get(rule.parameter).text(rule.max)
}

function checkProducts(action: Param): void {
  action.get('thumbnail_product_retailer_id').text(200)
  for (const section of action.get('sections').list(1, 10)) {
    section.get('title').text(24)
    for (const item of section.get('product_items').list(1, 30)) item.get('product_retailer_id').text(200)
  }
}

export const formatMismatch = (where: string, expected: string, received: string): GraphError =>
  new GraphError(132012, { details: `${where}: Format mismatch, expected ${expected}, received ${received}` })

const titled = (type: string): string => type.charAt(0) + type.slice(1).toLowerCase()
