import { errorForWebhook } from '../errors/webhook-error.ts'
import { compact } from './person.ts'

/** Every inbound message type as a pure function of its parameters. All have defaults, so `text()` alone is a whole message. */

export const text = (p: { body?: string } = {}) => ({ type: 'text', text: { body: p.body ?? 'Hello!' } })

export interface MediaParams {
  id?: string
  mimeType?: string
  sha256?: string
  url?: string
  caption?: string
  filename?: string
  voice?: boolean
  animated?: boolean
}

const media = (p: MediaParams, mimeType: string) =>
  compact({
    caption: p.caption,
    mime_type: p.mimeType ?? mimeType,
    sha256: p.sha256 ?? 'SfInY0gGKTsJlUWbwxC1k+FAD0FZHvzwfpvO0zX0GUI=',
    id: p.id ?? '1003383421387256',
    url: p.url,
  })

export const image = (p: MediaParams = {}) => ({ type: 'image', image: media(p, 'image/jpeg') })
export const video = (p: MediaParams = {}) => ({ type: 'video', video: media(p, 'video/mp4') })
export const audio = (p: MediaParams = {}) => ({
  type: 'audio',
  audio: {
    ...media({ ...p, caption: undefined }, p.voice === false ? 'audio/mpeg' : 'audio/ogg; codecs=opus'),
    voice: p.voice ?? true,
  },
})
/** The type of the On-Premises API; it still appears in collected payloads. */
export const voice = (p: MediaParams = {}) => ({
  type: 'voice',
  voice: media({ ...p, caption: undefined }, 'audio/ogg; codecs=opus'),
})
export const document = (p: MediaParams = {}) => ({
  type: 'document',
  document: { filename: p.filename ?? 'document.pdf', ...media(p, 'application/pdf') },
})
export const sticker = (p: MediaParams = {}) => ({
  type: 'sticker',
  sticker: { ...media({ ...p, caption: undefined }, 'image/webp'), animated: p.animated ?? false },
})

export const location = (
  p: { latitude?: number; longitude?: number; name?: string; address?: string; url?: string } = {},
) => ({
  type: 'location',
  location: compact({
    address: p.address,
    latitude: p.latitude ?? 37.4421624,
    longitude: p.longitude ?? -122.1615555,
    name: p.name,
    url: p.url,
  }),
})

export interface CardParams {
  name?: string
  phone?: string
  waId?: string
  email?: string
  company?: string
  birthday?: string
  vcard?: string
  origin?: 'contact_request' | 'other'
}

export function contacts(p: { cards?: CardParams[]; origin?: 'contact_request' | 'other' } = {}) {
  const cards = p.cards ?? [{ name: 'Barbara J. Johnson', phone: '+1 650-555-9999', waId: '16505559999' }]
  return { type: 'contacts', contacts: cards.map((card) => contactCard({ origin: p.origin, ...card })) }
}

function contactCard(p: CardParams) {
  const [first, ...rest] = (p.name ?? '').split(' ')
  return compact({
    name:
      p.name === undefined
        ? undefined
        : compact({ formatted_name: p.name, first_name: first, last_name: rest.join(' ') || undefined }),
    phones: p.phone === undefined ? undefined : [compact({ phone: p.phone, wa_id: p.waId, type: 'MOBILE' })],
    emails: p.email === undefined ? undefined : [{ email: p.email, type: 'WORK' }],
    org: p.company === undefined ? undefined : { company: p.company },
    birthday: p.birthday,
    vcard: p.vcard,
    origin: p.origin,
  })
}

/** Without an emoji it is the removal of one; Meta sends that as a missing member or as "". */
export const reaction = (p: { messageId?: string; emoji?: string } = {}) => ({
  type: 'reaction',
  reaction: compact({ message_id: p.messageId ?? 'wamid.unknown', emoji: p.emoji }),
})

/** The customer tapped a quick reply of a template. */
export const button = (p: { text?: string; payload?: string } = {}) => ({
  type: 'button',
  button: { payload: p.payload ?? p.text ?? 'Unsubscribe', text: p.text ?? 'Unsubscribe' },
})

export interface OrderItem {
  productId: string
  quantity?: number
  price?: number
  currency?: string
}

export const order = (p: { catalogId?: string; text?: string; items?: OrderItem[] } = {}) => ({
  type: 'order',
  order: compact({
    catalog_id: p.catalogId ?? '194836987003835',
    text: p.text,
    product_items: (p.items ?? [{ productId: 'di9ozbzfi4', quantity: 2, price: 30.5 }]).map((item) => ({
      product_retailer_id: item.productId,
      quantity: item.quantity ?? 1,
      item_price: item.price ?? 10,
      currency: item.currency ?? 'USD',
    })),
  }),
})

export const edit = (
  p: { originalId?: string; content?: { type: string } & Record<string, unknown>; contextId?: string } = {},
) => ({
  type: 'edit',
  edit: {
    original_message_id: p.originalId ?? 'wamid.unknown',
    message: {
      ...(p.content ?? text({ body: 'Hello, edited' })),
      ...(p.contextId ? { context: { id: p.contextId } } : {}),
    },
  },
})

export const revoke = (p: { originalId?: string } = {}) => ({
  type: 'revoke',
  revoke: { original_message_id: p.originalId ?? 'wamid.unknown' },
})

/** 131051: a type the API does not carry. 131060: the message is only in the WhatsApp Business app. */
export const unsupported = (p: { of?: string; code?: number; details?: string } = {}) => ({
  type: 'unsupported',
  errors: [errorForWebhook(p.code ?? 131051, p.details)],
  unsupported: { type: p.of ?? 'poll_creation' },
})

/** The spelling of 2022. */
export const unknown = (p: { code?: number } = {}) => ({ type: 'unknown', errors: [errorForWebhook(p.code ?? 131051)] })

/** Removed by Meta in March 2026; it had no body. */
export const requestWelcome = () => ({ type: 'request_welcome' })
