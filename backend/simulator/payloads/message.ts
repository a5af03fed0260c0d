import { compact, type Person, senderMembers } from './person.ts'

/** A message without its content: who, when, in answer to what. */
export interface MessageFrame {
  id: string
  /** Unix seconds. */
  timestamp: number
  from: Person
  groupId?: string
  context?: MessageContext
  referral?: Referral
}

export interface MessageContext {
  from?: string
  id?: string
  forwarded?: boolean
  frequently_forwarded?: boolean
  referred_product?: { catalog_id: string; product_retailer_id: string }
}

export interface Referral {
  source_url: string
  source_id: string
  source_type: 'ad' | 'post'
  body?: string
  headline?: string
  media_type?: 'image' | 'video'
  image_url?: string
  video_url?: string
  thumbnail_url?: string
  ctwa_clid?: string
  welcome_message?: { text: string }
}

export interface InboundMessage {
  id: string
  from?: string
  from_user_id?: string
  from_parent_user_id?: string
  timestamp: string
  type: string
  group_id?: string
  context?: MessageContext
  referral?: Referral
  [content: string]: unknown
}

/** What one type adds: `{ type: 'text', text: { … } }`. */
export type Content = { type: string; context?: MessageContext } & Record<string, unknown>

export function inboundMessage(frame: MessageFrame, content: Content): InboundMessage {
  const context = frame.context || content.context ? { ...content.context, ...frame.context } : undefined
  return compact({
    ...senderMembers(frame.from),
    group_id: frame.groupId,
    id: frame.id,
    timestamp: String(frame.timestamp),
    ...content,
    ...(context ? { context } : {}),
    referral: frame.referral,
  }) as InboundMessage
}

export const replyTo = (businessPhone: string, wamid: string): MessageContext => ({ from: businessPhone, id: wamid })

export const forwarded = (often = false): MessageContext =>
  often ? { frequently_forwarded: true } : { forwarded: true }

export const aboutProduct = (
  businessPhone: string,
  wamid: string,
  catalogId: string,
  productId: string,
): MessageContext => ({
  from: businessPhone,
  id: wamid,
  referred_product: { catalog_id: catalogId, product_retailer_id: productId },
})

export function adReferral(parts: Partial<Referral> = {}): Referral {
  return {
    source_url: 'https://fb.me/3cr4Wqqkv',
    source_id: '120226305854810726',
    source_type: 'ad',
    body: 'Summer succulents are here!',
    headline: 'Chat with us',
    media_type: 'image',
    image_url: 'https://scontent.xx.fbcdn.net/v/t45.1600-4/ad.jpg',
    ctwa_clid:
      'Aff-n8ZTODiE79d22KtAwQKj9e_mIEOOj27vDVwFjN80dp4_0NiNhEgpGo0AHemvuSoifXaytfTzcchptiErTKCqTrJ5nW1h7IHYeYymGb5K5J5iTROpBhWAGaIAeUzHL50',
    welcome_message: { text: 'Hi there! Let us know how we can help!' },
    ...parts,
  }
}
