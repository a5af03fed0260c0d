import type { ContentOf } from '#contract/messages.ts'
import type { Template } from '#contract/templates.ts'

export type TemplateValues = {
  header: Record<string, string>
  body: Record<string, string>
  buttons: Record<string, string>
}

type Component = {
  type: string
  format?: string
  text?: string
  buttons?: { type?: string; text?: string; url?: string }[]
}
const partOf = (template: Pick<Template, 'components'>, type: string) =>
  template.components.find((component) => component.type.toUpperCase() === type) as Component | undefined

/** An empty value keeps its `{{name}}`, so that the preview shows what is still missing. */
export function fillText(text: string, values: Record<string, string>): string {
  return text.replace(/\{\{\s*(\w+)\s*\}\}/g, (placeholder, name: string) => values[name]?.trim() || placeholder)
}

/** The template as the customer will read it. */
export function renderTemplate(template: Template, values: TemplateValues): ContentOf<'template'> {
  const header = partOf(template, 'HEADER')
  const buttons = partOf(template, 'BUTTONS')?.buttons ?? []
  return {
    name: template.name,
    language: template.language,
    templateId: template.id,
    rendered: {
      ...(header && {
        header: { format: header.format ?? 'TEXT', ...(header.text && { text: fillText(header.text, values.header) }) },
      }),
      body: fillText(partOf(template, 'BODY')?.text ?? '', values.body),
      footer: partOf(template, 'FOOTER')?.text,
      buttons: buttons.map(({ type, text, url }, index) => ({
        type: type ?? 'QUICK_REPLY',
        text: text ?? '',
        url: url && fillText(url, { 1: values.buttons[index] ?? '' }),
      })),
    },
  }
}

export const emptyValues = (): TemplateValues => ({ header: {}, body: {}, buttons: {} })

export function isFilled({ variables }: Template, values: TemplateValues): boolean {
  const has = (value: string | undefined) => Boolean(value?.trim())
  return (
    variables.header.every((name) => has(values.header[name])) &&
    variables.body.every((name) => has(values.body[name])) &&
    variables.buttons.every(({ index }) => has(values.buttons[index]))
  )
}

/** Guesses what Parley knows already: a variable called like a name gets the customer's first name. */
export function suggestValues({ variables }: Template, contactName: string): TemplateValues {
  const first = /^[+\d\s()-]+$/.test(contactName) ? '' : (contactName.trim().split(/\s+/)[0] ?? '')
  const guess = (names: string[]) =>
    Object.fromEntries(
      names.map((name, index) => [
        name,
        /name|nome|nombre|first/i.test(name) || (name === '1' && index === 0) ? first : '',
      ]),
    )
  return {
    header: Object.fromEntries(variables.header.map((name) => [name, ''])),
    body: guess(variables.body),
    buttons: {},
  }
}
