import type { TemplateProblem } from '../../../../contract/templates.ts'
import { readFlag, readList, readText, type Json } from '../json.ts'
import type { Draft } from './check.ts'
import { typeOf, variablesIn } from './variables.ts'

const most: { [type: string]: readonly [count: number, sentence: string] } = {
  URL: [2, 'A template can have two links at most.'],
  PHONE_NUMBER: [1, 'A template can have one telephone button at most.'],
  COPY_CODE: [1, 'A template can have one button to copy a code at most.'],
  OTP: [1, 'A template can have one button for the code at most.'],
  CATALOG: [1, 'A template can have one button for the catalogue at most.'],
  MPM: [1, 'A template can have one button for a list of products at most.'],
}
const known =
  'QUICK_REPLY URL PHONE_NUMBER COPY_CODE OTP MPM SPM CATALOG FLOW VOICE_CALL APP CALL_PERMISSION_REQUEST REQUEST_CONTACT_INFO'

export function checkButtons({ category }: Draft, component: Json, path: string): TemplateProblem[] {
  const buttons = readList(component['buttons'])
  const types = buttons.map(typeOf)
  const problems: TemplateProblem[] = []
  const add = (message: string, at = `${path}.buttons`) => problems.push({ path: at, message })
  if (buttons.length === 0) add('Add a button, or take the buttons out.')
  if (buttons.length > 10) add('A template can have ten buttons at most.')
  for (const [type, [count, sentence]] of Object.entries(most))
    if (types.filter((one) => one === type).length > count) add(sentence)
  if (!isContiguous(types)) add('Keep the answer buttons together: all of them first, or all of them last.')
  if (category === 'AUTHENTICATION' && types.some((type) => type !== 'OTP'))
    add('A template for codes has the button for the code only.')
  if (category !== 'AUTHENTICATION' && types.includes('OTP'))
    add('Buttons for codes belong into authentication templates.')
  if (buttons.length > 1 && types.some((type) => type === 'CATALOG' || type === 'MPM'))
    add('The button of a catalogue or of a list of products stands alone.')
  buttons.forEach((button, index) => {
    for (const [member, message] of checkButton(button)) add(message, `${path}.buttons.${index}.${member}`)
  })
  return problems
}

/** Quick replies may stand before or after the others, not among them. */
function isContiguous(types: readonly string[]): boolean {
  const isReply = types.map((type) => type === 'QUICK_REPLY')
  const first = isReply.indexOf(true)
  const last = isReply.lastIndexOf(true)
  return first === -1 || isReply.slice(first, last + 1).every(Boolean)
}

type Finding = readonly [member: string, message: string]

function checkButton(button: Json): Finding[] {
  const type = typeOf(button)
  if (!known.split(' ').includes(type)) return [['type', 'WhatsApp does not know this kind of button.']]
  return [...checkLabel(button, type), ...(checks[type]?.(button) ?? [])]
}

const withoutLabel = ['OTP', 'COPY_CODE', 'SPM', 'CALL_PERMISSION_REQUEST', 'REQUEST_CONTACT_INFO']

function checkLabel(button: Json, type: string): Finding[] {
  const text = readText(button['text']) ?? ''
  if (text.trim() === '') return withoutLabel.includes(type) ? [] : [['text', 'Write on the button what it does.']]
  return [
    ...when([...text].length > 25, 'text', 'A button can have 25 characters at most.'),
    ...when(/\{\{|[\n\r]/.test(text), 'text', 'A button is one line without variables.'),
  ]
}

/** As Android names an app, and what it was signed with. */
function checkApp(app: Json): Finding[] {
  const name = readText(app['package_name']) ?? ''
  const hash = readText(app['signature_hash']) ?? ''
  return [
    ...when(
      !/^[a-z]\w*(\.[a-z]\w*)+$/i.test(name) || name.length > 224,
      'supported_apps',
      'Write the name of the app as Android has it, for example com.example.shop.',
    ),
    ...when(!/^[\w+/=]{11}$/.test(hash), 'supported_apps', 'The signature hash of an app has 11 characters.'),
  ]
}

const checks: { [type: string]: (button: Json) => Finding[] } = {
  URL(button) {
    const url = readText(button['url']) ?? ''
    const variables = variablesIn(url)
    const example = Array.isArray(button['example']) ? readText(button['example'][0]) : readText(button['example'])
    return [
      ...when(!/^https?:\/\/[^\s{}]+/.test(url), 'url', 'A link begins with https:// and has no spaces.'),
      ...when([...url].length > 2000, 'url', 'A link can have 2,000 characters at most.'),
      ...when(
        variables.length > 1 || (variables.length === 1 && !/\{\{\s*\w+\s*\}\}$/.test(url)),
        'url',
        'A link can have one variable, at its very end.',
      ),
      ...when(variables.length > 0 && !example, 'example', 'Give an example of the whole link.'),
    ]
  },
  PHONE_NUMBER(button) {
    const number = readText(button['phone_number']) ?? ''
    return when(
      !/^\+?[\d\s()-]{5,20}$/.test(number),
      'phone_number',
      'Write the number with its country, 20 characters at most.',
    )
  },
  COPY_CODE(button) {
    const example = Array.isArray(button['example']) ? readText(button['example'][0]) : readText(button['example'])
    return [
      ...when(!example, 'example', 'Give an example of the code.'),
      ...when((example ?? '').length > 20, 'example', 'A code can have 20 characters at most.'),
    ]
  },
  OTP(button) {
    const kind = readText(button['otp_type'])?.toUpperCase() ?? ''
    const apps = readList(button['supported_apps'])
    const needsApp = kind === 'ONE_TAP' || kind === 'ZERO_TAP'
    return [
      ...when(!['COPY_CODE', 'ONE_TAP', 'ZERO_TAP'].includes(kind), 'otp_type', 'Choose how the code is handed over.'),
      ...when(needsApp && apps.length === 0, 'supported_apps', 'Name the app that takes the code.'),
      ...when(apps.length > 5, 'supported_apps', 'A code can be handed to five apps at most.'),
      ...apps.flatMap(checkApp),
      ...when(
        kind === 'ZERO_TAP' && readFlag(button['zero_tap_terms_accepted']) !== true,
        'zero_tap_terms_accepted',
        "Handing over the code without a tap needs your consent to Meta's terms for it.",
      ),
      ...when(
        [...(readText(button['autofill_text']) ?? '')].length > 25,
        'autofill_text',
        'A button can have 25 characters at most.',
      ),
    ]
  },
  FLOW(button) {
    const flow = readText(button['flow_id']) ?? readText(button['flow_name']) ?? readText(button['flow_json'])
    return when(!flow, 'flow_id', 'Choose the form that the button opens.')
  },
}

function when(isOne: boolean, member: string, message: string): Finding[] {
  return isOne ? [[member, message]] : []
}
