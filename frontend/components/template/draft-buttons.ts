import { variablesIn } from './draft-texts.ts'

export type ButtonKind =
  | 'QUICK_REPLY'
  | 'URL'
  | 'PHONE_NUMBER'
  | 'COPY_CODE'
  | 'CATALOG'
  | 'MPM'
  | 'SPM'
  | 'FLOW'
  | 'REQUEST_CONTACT_INFO'
export type DraftButton = { kind: ButtonKind; text: string; url: string; phone: string; example: string; flow: string }

const labels: Partial<Record<ButtonKind, string>> = { CATALOG: 'View catalogue', MPM: 'View items', SPM: 'View' }

export const emptyButton = (kind: ButtonKind): DraftButton => ({
  kind,
  text: labels[kind] ?? '',
  url: '',
  phone: '',
  example: '',
  flow: '',
})

export function buttonComponent({ kind, text, url, phone, example, flow }: DraftButton) {
  switch (kind) {
    case 'URL':
      return { type: kind, text, url, ...(variablesIn(url).length > 0 ? { example: [example] } : {}) }
    case 'PHONE_NUMBER':
      return { type: kind, text, phone_number: phone }
    case 'COPY_CODE':
      return { type: kind, example }
    case 'FLOW':
      return { type: kind, text, flow_id: flow }
    case 'REQUEST_CONTACT_INFO':
      return { type: kind }
    default:
      return { type: kind, text }
  }
}

export type StoredButton = {
  type?: string
  text?: string
  url?: string
  phone_number?: string
  example?: unknown
  flow_id?: unknown
  [member: string]: unknown
}
const members: Record<ButtonKind, string[]> = {
  QUICK_REPLY: [],
  URL: ['url', 'example'],
  PHONE_NUMBER: ['phone_number'],
  COPY_CODE: ['example'],
  CATALOG: [],
  MPM: [],
  SPM: [],
  FLOW: ['flow_id'],
  REQUEST_CONTACT_INFO: [],
}

/** Whether the builder would give the button back as it is. */
export function isEditableButton(button: StoredButton): boolean {
  const known = members[button.type?.toUpperCase() as ButtonKind] as string[] | undefined
  if (!known) return false
  return Object.keys(button).every((name) => name === 'type' || name === 'text' || known.includes(name))
}

export function buttonOf(button: StoredButton): DraftButton {
  const example = Array.isArray(button.example) ? button.example[0] : button.example
  return {
    kind: button.type?.toUpperCase() as ButtonKind,
    text: button.text ?? '',
    url: button.url ?? '',
    phone: button.phone_number ?? '',
    example: typeof example === 'string' ? example : '',
    flow: button.flow_id === undefined ? '' : String(button.flow_id),
  }
}
