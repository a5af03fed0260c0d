import type { ContentOf, SendableContent } from '../../../../contract/messages.ts'
import {
  cutText,
  isObject,
  keepJson,
  lookUp,
  readFlag,
  readId,
  readMember,
  readObject,
  readText,
  type Json,
} from '../json.ts'
import { renderAction } from './actions.ts'
import { compact, type SendableKind, type UploadedMedia } from './kind.ts'
import { acceptMedia, readMedia, renderMedia } from './media.ts'

type Content = ContentOf<'interactive'>
type Header = NonNullable<Content['header']>

/** Buttons, lists, links, flows and products that the business sends, and what customers answer to them. */
export const interactive: SendableKind<'interactive'> = {
  parse(payload) {
    if (!isObject(payload)) return undefined
    const kind = readText(payload['type']) ?? Object.keys(payload).find((name) => isObject(payload[name]))
    if (!kind) return undefined
    const answer = readMember(payload, kind)
    const action = payload['action']
    return {
      content: compact({
        kind: cutText(kind, 60),
        header: readHeader(payload['header']),
        body: readText(readObject(payload['body'])['text'] ?? payload['body']),
        footer: readText(readObject(payload['footer'])['text'] ?? payload['footer']),
        action: isObject(action) ? readObject(keepJson(action)) : undefined,
        reply: isObject(answer) ? readReply(kind, answer) : undefined,
      }),
      partly: !isObject(answer) && !isObject(action),
    }
  },

  preview({ kind, reply, body, header }) {
    return reply?.title || body || header?.text || lookUp(labels, kind) || reply?.id || 'Message with buttons'
  },

  words: ({ body, header, footer, reply }) => [
    body,
    header?.text,
    footer,
    reply?.title,
    reply?.description,
    ...textsIn(reply?.data),
  ],

  accept(input) {
    const { kind } = input
    return compact({
      kind,
      header: 'header' in input ? acceptHeader(input.header) : undefined,
      body: input.body,
      footer: 'footer' in input ? input.footer : undefined,
      action: renderAction(input),
    })
  },

  render({ kind, header, body, footer, action }, uploaded) {
    return compact({
      type: kind,
      header: header && renderHeader(header, uploaded),
      body: body === undefined ? undefined : { text: body },
      footer: footer === undefined ? undefined : { text: footer },
      action,
    })
  },
}

/** What the customer filled in, without what only software reads. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string' || typeof value === 'number') return [String(value)]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, part]) => (name === 'flow_token' ? [] : textsIn(part)))
}

const labels: { [kind: string]: string } = {
  nfm_reply: 'Form answered',
  call_permission_reply: 'Answered a request to call',
  call_permission_request: 'Asked for permission to call',
  payment_method: 'Chose a way to pay',
  location_request_message: 'Asked for the location',
  request_contact_info: 'Asked for the telephone number',
  product: 'Product',
  product_list: 'Products',
  catalog_message: 'Catalogue',
  carousel: 'Carousel',
  flow: 'Form',
  order_details: 'Payment request',
  order_status: 'Order status',
  address_message: 'Asked for the address',
  voice_call: 'Call button',
}

function readHeader(value: unknown): Header | undefined {
  if (!isObject(value)) return undefined
  const type = readText(value['type']) ?? 'text'
  return compact({
    type: cutText(type, 20),
    text: readText(value['text']),
    media: readMedia(readMember(value, type))?.media,
  })
}

function readReply(kind: string, answer: Json): Content['reply'] {
  if (kind === 'nfm_reply') return readForm(answer)
  if (kind === 'call_permission_reply') return readCallPermission(answer)
  const id = readId(answer['id'])
  const title = readText(answer['title'])
  if (id !== undefined || title !== undefined)
    return compact({ id, title, description: readText(answer['description']) })
  return { data: keepJson(answer) }
}

const forms: { [name: string]: string } = { flow: 'Form answered', address_message: 'Address sent' }

/** The answer to a flow or an address form: a text that should hold JSON, most of the time an object. */
function readForm(answer: Json): Content['reply'] {
  const name = readText(answer['name'])
  return compact({
    id: name,
    title: lookUp(forms, name) || 'Form answered',
    description: readText(answer['body']),
    data: readResponse(answer['response_json']),
  })
}

function readResponse(value: unknown): unknown {
  if (typeof value !== 'string') return value === undefined ? undefined : keepJson(value)
  try {
    return keepJson(JSON.parse(value))
  } catch {
    return keepJson(value)
  }
}

function readCallPermission(answer: Json): Content['reply'] {
  const response = readText(answer['response'])
  const title = response === 'accept' ? 'Allowed calls' : response === 'reject' ? 'Declined calls' : undefined
  return compact({ id: response, title, permanent: readFlag(answer['is_permanent']), data: keepJson(answer) })
}

function acceptHeader(
  header: string | Extract<SendableContent<'interactive'>, { kind: 'button' }>['header'],
): Header | undefined {
  if (header === undefined) return undefined
  if (typeof header === 'string') return { type: 'text', text: header }
  const { type, text, ...file } = header
  return type === 'text' ? { type, text: text ?? '' } : { type, media: acceptMedia(file) }
}

function renderHeader(header: Header, uploaded: UploadedMedia): object {
  if (!header.media) return { type: 'text', text: header.text ?? '' }
  const file = compact({
    ...renderMedia(header.media, uploaded),
    filename: header.type === 'document' ? header.media.filename : undefined,
  })
  return { type: header.type, [header.type]: file }
}
