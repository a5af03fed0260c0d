import type { Template, TemplateCategory, TemplateComponent } from '#contract/templates.ts'

export type HeaderKind = 'NONE' | 'TEXT' | 'IMAGE' | 'VIDEO' | 'DOCUMENT' | 'LOCATION'
export type ButtonKind = 'QUICK_REPLY' | 'URL' | 'PHONE_NUMBER' | 'COPY_CODE'
export type DraftButton = { kind: ButtonKind; text: string; url: string; phone: string; example: string }

/** What the builder edits. `kept` are parts that it can show but not edit, such as a carousel. */
export type Draft = {
  name: string
  language: string
  category: TemplateCategory
  header: { kind: HeaderKind; text: string; example: string; handle: string; mediaId: string | null }
  body: string
  examples: Record<string, string>
  footer: string
  buttons: DraftButton[]
  code: { warns: boolean; minutes: number | null; label: string }
  kept: TemplateComponent[]
}

export const emptyDraft = (): Draft => ({
  name: '',
  language: 'en_US',
  category: 'UTILITY',
  header: { kind: 'NONE', text: '', example: '', handle: '', mediaId: null },
  body: '',
  examples: {},
  footer: '',
  buttons: [],
  code: { warns: true, minutes: 10, label: 'Copy code' },
  kept: [],
})

export const emptyButton = (kind: ButtonKind): DraftButton => ({ kind, text: '', url: '', phone: '', example: '' })

/** The names between double braces, each once; numbers in their order. */
export function variablesIn(text: string): string[] {
  const names = [...new Set([...text.matchAll(/\{\{\s*([^{}]*?)\s*\}\}/g)].map(([, name]) => name!))]
  return names.every((name) => /^\d+$/.test(name)) ? names.toSorted((a, b) => Number(a) - Number(b)) : names
}

/** The number that the next variable gets, or a name when the others have names. */
export function nextVariable(text: string): string {
  const names = variablesIn(text)
  if (names.length > 0 && !names.every((name) => /^\d+$/.test(name))) return `value_${names.length + 1}`
  return String(names.length + 1)
}

export function formatOf({ header, body }: Draft): 'positional' | 'named' {
  const names = [...variablesIn(body), ...(header.kind === 'TEXT' ? variablesIn(header.text) : [])]
  return names.every((name) => /^\d+$/.test(name)) ? 'positional' : 'named'
}

/** As Meta wants it. */
export function componentsOf(draft: Draft): TemplateComponent[] {
  if (draft.category === 'AUTHENTICATION') return codeComponents(draft)
  const { footer, buttons, kept } = draft
  return [
    ...headerComponents(draft),
    { type: 'BODY', text: draft.body, ...exampleOf(draft, 'body', draft.body, draft.examples) },
    ...(footer.trim() ? [{ type: 'FOOTER', text: footer }] : []),
    ...kept,
    ...(buttons.length > 0 ? [{ type: 'BUTTONS', buttons: buttons.map(buttonComponent) }] : []),
  ]
}

/** Meta writes the text of a code itself. */
function codeComponents({ code }: Draft): TemplateComponent[] {
  return [
    { type: 'BODY', ...(code.warns ? { add_security_recommendation: true } : {}) },
    ...(code.minutes === null ? [] : [{ type: 'FOOTER', code_expiration_minutes: code.minutes }]),
    { type: 'BUTTONS', buttons: [{ type: 'OTP', otp_type: 'COPY_CODE', text: code.label }] },
  ]
}

function headerComponents(draft: Draft): TemplateComponent[] {
  const { kind, text, example, handle } = draft.header
  if (kind === 'NONE') return []
  if (kind === 'TEXT') {
    const [name] = variablesIn(text)
    return [
      { type: 'HEADER', format: 'TEXT', text, ...exampleOf(draft, 'header', text, name ? { [name]: example } : {}) },
    ]
  }
  if (kind === 'LOCATION') return [{ type: 'HEADER', format: 'LOCATION' }]
  return [{ type: 'HEADER', format: kind, ...(handle ? { example: { header_handle: [handle] } } : {}) }]
}

function exampleOf(draft: Draft, part: 'header' | 'body', text: string, values: Record<string, string>) {
  const names = variablesIn(text)
  if (names.length === 0) return {}
  const listed = names.map((name) => values[name] ?? '')
  if (formatOf(draft) === 'named')
    return {
      example: {
        [`${part}_text_named_params`]: names.map((name, index) => ({ param_name: name, example: listed[index] })),
      },
    }
  return { example: { [`${part}_text`]: part === 'body' ? [listed] : listed } }
}

function buttonComponent({ kind, text, url, phone, example }: DraftButton) {
  switch (kind) {
    case 'QUICK_REPLY':
      return { type: kind, text }
    case 'URL':
      return { type: kind, text, url, ...(variablesIn(url).length > 0 ? { example: [example] } : {}) }
    case 'PHONE_NUMBER':
      return { type: kind, text, phone_number: phone }
    case 'COPY_CODE':
      return { type: kind, example }
  }
}

type Part = {
  type: string
  format?: string
  text?: string
  example?: Record<string, unknown>
  buttons?: { type?: string; text?: string; url?: string; phone_number?: string; example?: unknown }[]
  add_security_recommendation?: boolean
  code_expiration_minutes?: number
}
const editableButtons = new Set(['QUICK_REPLY', 'URL', 'PHONE_NUMBER', 'COPY_CODE'])

/** The other way round: a stored template in the builder. */
export function draftOf(template: Template): Draft {
  const parts = template.components as Part[]
  const find = (type: string) => parts.find((part) => part.type.toUpperCase() === type)
  const [header, body, footer, buttons] = ['HEADER', 'BODY', 'FOOTER', 'BUTTONS'].map((type) => find(type!))
  const isEditable = (buttons?.buttons ?? []).every((button) => editableButtons.has(button.type?.toUpperCase() ?? ''))
  const isCode = template.category === 'AUTHENTICATION'
  const others = parts.filter(({ type }) => !['HEADER', 'BODY', 'FOOTER', 'BUTTONS'].includes(type.toUpperCase()))
  return {
    ...emptyDraft(),
    name: template.name,
    language: template.language,
    category: template.category,
    header: headerOf(header),
    body: body?.text ?? '',
    examples: examplesOf(body, 'body'),
    footer: footer?.text ?? '',
    buttons: isEditable && !isCode ? (buttons?.buttons ?? []).map(buttonOf) : [],
    code: {
      warns: body?.add_security_recommendation ?? false,
      minutes: footer?.code_expiration_minutes ?? null,
      label: buttons?.buttons?.[0]?.text ?? 'Copy code',
    },
    kept: [...others, ...(isEditable || isCode || !buttons ? [] : [buttons as TemplateComponent])],
  }
}

function headerOf(header: Part | undefined): Draft['header'] {
  const empty = emptyDraft().header
  if (!header) return empty
  const handles = header.example?.['header_handle']
  return {
    ...empty,
    kind: (header.format?.toUpperCase() ?? 'TEXT') as HeaderKind,
    text: header.text ?? '',
    example: Object.values(examplesOf(header, 'header'))[0] ?? '',
    handle: Array.isArray(handles) ? String(handles[0] ?? '') : '',
  }
}

function examplesOf(part: Part | undefined, name: 'header' | 'body'): Record<string, string> {
  const named = part?.example?.[`${name}_text_named_params`]
  if (Array.isArray(named))
    return Object.fromEntries(
      (named as { param_name?: string; example?: string }[]).map((row) => [row.param_name ?? '', row.example ?? '']),
    )
  const listed = part?.example?.[`${name}_text`]
  const values = Array.isArray(listed)
    ? Array.isArray(listed[0])
      ? (listed[0] as unknown[])
      : (listed as unknown[])
    : []
  return Object.fromEntries(
    variablesIn(part?.text ?? '').map((variable, index) => [variable, String(values[index] ?? '')]),
  )
}

function buttonOf(button: NonNullable<Part['buttons']>[number]): DraftButton {
  const example = Array.isArray(button.example) ? button.example[0] : button.example
  return {
    kind: button.type?.toUpperCase() as ButtonKind,
    text: button.text ?? '',
    url: button.url ?? '',
    phone: button.phone_number ?? '',
    example: typeof example === 'string' ? example : '',
  }
}
