import type { TemplateComponent } from '../../../../contract/templates.ts'
import { buttonsOf, typeOf, variablesOf, type TemplateText } from './variables.ts'

export type Values = { readonly [name: string]: string }

export const isGiven = (values: Values | undefined, name: string) =>
  Boolean(values && Object.hasOwn(values, name) && values[name]!.trim())

/** Meta refuses line breaks, tabs and long gaps in a value. */
export function cleanValues(values: Values = {}): Values {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      value
        .trim()
        .replaceAll(/\s+/g, (space) => (/[\n\r\t]/.test(space) ? ' ' : space))
        .replaceAll(/ {5,}/g, '    '),
    ]),
  )
}

export function fillPart(
  type: 'header' | 'body',
  names: readonly string[],
  values: Values,
  { parameterFormat }: TemplateText,
): TemplateComponent[] {
  if (names.length === 0) return []
  const isNamed = parameterFormat === 'named' || names.some((name) => !/^\d+$/.test(name))
  const parameters = names.map((name) => ({
    type: 'text',
    ...(isNamed ? { parameter_name: name } : {}),
    text: values[name] ?? '',
  }))
  return [{ type, parameters }]
}

export function fillButtons(template: TemplateText, values: Values): TemplateComponent[] {
  const needed = new Set(variablesOf(template).buttons.map(({ index }) => index))
  return buttonsOf(template.components).flatMap((button, index) => {
    const value = values[String(index)]
    const filled = (sub_type: string, parameter: object) => [
      { type: 'button', sub_type, index: String(index), parameters: [parameter] },
    ]
    switch (typeOf(button)) {
      case 'URL':
        return needed.has(index) ? filled('url', { type: 'text', text: value }) : []
      case 'COPY_CODE':
        return filled('copy_code', { type: 'coupon_code', coupon_code: value })
      case 'QUICK_REPLY':
        return value ? filled('quick_reply', { type: 'payload', payload: value }) : []
      default:
        return []
    }
  })
}
