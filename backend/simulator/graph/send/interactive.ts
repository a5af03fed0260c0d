import { invalidValue } from '../../errors/graph-error.ts'
import type { Param } from '../param.ts'

type HeaderKind = 'text' | 'image' | 'video' | 'document'
type CheckMedia = (part: Param) => void

interface Rules {
  body: number | 'optional'
  headers: readonly HeaderKind[]
  headerRequired?: boolean
  action: (action: Param, checkMedia: CheckMedia) => void
}

const ALL_HEADERS: readonly HeaderKind[] = ['text', 'image', 'video', 'document']

const named =
  (name: string): Rules['action'] =>
  (action) =>
    void action.get('name').oneOf([name])

const RULES: Record<string, Rules> = {
  button: { body: 1024, headers: ALL_HEADERS, action: checkButtons },
  list: { body: 4096, headers: ['text'], action: checkList },
  cta_url: {
    body: 1024,
    headers: ALL_HEADERS,
    action(action) {
      named('cta_url')(action, () => {})
      const parameters = action.get('parameters').object()
      parameters.get('display_text').text(20)
      parameters.get('url').uri()
    },
  },
  location_request_message: { body: 1024, headers: [], action: named('send_location') },
  request_contact_info: { body: 1024, headers: [], action: named('request_contact_info') },
  flow: { body: 1024, headers: ALL_HEADERS, action: checkFlow },
  product: {
    body: 'optional',
    headers: [],
    action(action) {
      action.get('catalog_id').text(100)
      action.get('product_retailer_id').text(200)
    },
  },
  product_list: { body: 1024, headers: ['text'], headerRequired: true, action: checkProductList },
  catalog_message: { body: 1024, headers: [], action: named('catalog_message') },
  carousel: { body: 1024, headers: [], action: checkCarousel },
  call_permission_request: { body: 'optional', headers: [], action: named('call_permission_request') },
  voice_call: { body: 1024, headers: [], action: named('voice_call') },
  address_message: { body: 1024, headers: [], action: named('address_message') },
  order_details: { body: 1024, headers: ALL_HEADERS, action: () => {} },
  order_status: { body: 1024, headers: [], action: () => {} },
}

export function checkInteractive(part: Param, checkMedia: CheckMedia): void {
  const rules = RULES[part.get('type').oneOf(Object.keys(RULES))] as Rules
  const header = part.get('header')
  if (header.exists()) checkHeader(header.object(), rules.headers, checkMedia)
  else if (rules.headerRequired) header.require()
  const body = part.get('body')
  if (rules.body === 'optional') {
    if (body.exists()) body.get('text').text(1024)
  } else body.object().get('text').text(rules.body)
  const footer = part.get('footer')
  if (footer.exists()) footer.get('text').text(60)
  rules.action(part.get('action').object(), checkMedia)
}

function checkHeader(header: Param, allowed: readonly HeaderKind[], checkMedia: CheckMedia): void {
  if (allowed.length === 0) throw invalidValue('A header is not allowed for this interactive type')
  const kind = header.get('type').oneOf(allowed)
  if (kind === 'text') header.get('text').text(60)
  else checkMedia(header.get(kind).object())
}

function checkButtons(action: Param): void {
  const replies = action
    .get('buttons')
    .list(1, 3, 'buttons')
    .map((button) => {
      button.get('type').oneOf(['reply'])
      const reply = button.get('reply').object()
      return { id: reply.get('id').text(256), title: checkTitle(reply.get('title'), 'Button title', 20) }
    })
  requireDifferent(
    replies.map((reply) => reply.id),
    'Button id',
  )
  requireDifferent(
    replies.map((reply) => reply.title),
    'Button title',
  )
}

function checkList(action: Param): void {
  checkTitle(action.get('button'), 'Button label', 20)
  const sections = action.get('sections').list(1, 10, 'sections')
  const rows = sections.flatMap((section) => {
    if (sections.length > 1 || section.get('title').exists()) section.get('title').text(24)
    return section.get('rows').list(1, 10, 'rows')
  })
  if (rows.length > 10) throw invalidValue('Total row count exceed max allowed count: 10')
  for (const row of rows) {
    checkTitle(row.get('title'), 'Row title', 24)
    row.get('description').optionalText(72)
  }
  requireDifferent(
    rows.map((row) => row.get('id').text(200)),
    'Row id',
  )
}

function checkFlow(action: Param): void {
  named('flow')(action, () => {})
  const parameters = action.get('parameters').object()
  parameters.get('flow_message_version').oneOf(['3'])
  parameters.get('flow_cta').text(30)
  if (!parameters.get('flow_id').exists() && !parameters.get('flow_name').exists()) parameters.get('flow_id').require()
  const data = parameters.get('flow_action_payload').get('data')
  if (data.isObject() && Object.keys(data.value as object).length === 0)
    throw invalidValue(`${data.path} must not be empty`)
}

function checkProductList(action: Param): void {
  action.get('catalog_id').text(100)
  const items = action
    .get('sections')
    .list(1, 10, 'sections')
    .flatMap((section) => {
      section.get('title').text(24)
      return section.get('product_items').list(1, 30, 'product items')
    })
  if (items.length > 30) throw invalidValue('Total product count exceed max allowed count: 30')
  for (const item of items) item.get('product_retailer_id').text(200)
}

function checkCarousel(action: Param, checkMedia: CheckMedia): void {
  const cards = action.get('cards').list(2, 10, 'cards')
  const kinds = cards.map((card) => {
    card.get('card_index').number(0, 9)
    if (card.get('type').oneOf(['cta_url', 'product']) === 'product') {
      card.get('action').get('product_retailer_id').text(200)
      return 'product'
    }
    const header = card.get('header').object()
    const kind = header.get('type').oneOf(['image', 'video'])
    checkMedia(header.get(kind).object())
    card.get('body').get('text').optionalText(160)
    const parameters = card.get('action').object().get('parameters').object()
    parameters.get('display_text').text(20)
    parameters.get('url').uri()
    return kind
  })
  if (new Set(kinds).size > 1) throw invalidValue('All cards must have the same header type')
}

function checkTitle(part: Param, noun: string, max: number): string {
  part.require()
  const title = String(part.value)
  if (title.length < 1 || title.length > max)
    throw invalidValue(`${noun} length invalid. Min length: 1, Max length: ${max}`)
  return title
}

function requireDifferent(values: readonly string[], noun: string): void {
  if (new Set(values).size < values.length) throw invalidValue(`${noun} is not unique`)
}
