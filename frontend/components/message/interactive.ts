import {
  Contact,
  Copy,
  ExternalLink,
  List,
  MapPin,
  MessageSquareText,
  Phone,
  Reply,
  ShoppingBag,
  Store,
} from '@lucide/vue'
import type { Component } from 'vue'
import type { ContentOf } from '#contract/messages.ts'

export const answerKinds: Record<string, string> = {
  button_reply: 'Chose a button',
  list_reply: 'Chose from the list',
  nfm_reply: 'Filled in the form',
}

type Button = { text: string; icon: Component; hint?: string | undefined }
type Action = {
  buttons?: { reply?: { title?: string } }[]
  button?: string
  name?: string
  sections?: { title?: string; rows?: { title?: string }[]; product_items?: unknown[] }[]
  product_retailer_id?: string
  parameters?: { display_text?: string; url?: string; flow_cta?: string }
}

/** Meta's `action` object as the buttons a customer sees. */
export function buttonsOf({ kind, action }: ContentOf<'interactive'>): Button[] {
  const { buttons, button, sections, parameters, product_retailer_id } = (action ?? {}) as Action
  switch (kind) {
    case 'button':
      return (buttons ?? []).map(({ reply }) => ({ text: reply?.title ?? '', icon: Reply }))
    case 'list': {
      const rows = (sections ?? []).flatMap((section) => section.rows ?? []).map((row) => row.title)
      return [{ text: button ?? 'Choose', icon: List, hint: rows.join(' · ') }]
    }
    case 'cta_url':
      return [{ text: parameters?.display_text ?? 'Open', icon: ExternalLink, hint: parameters?.url }]
    case 'flow':
      return [{ text: parameters?.flow_cta ?? 'Open the form', icon: MessageSquareText }]
    case 'location_request_message':
      return [{ text: 'Send location', icon: MapPin }]
    case 'request_contact_info':
      return [{ text: 'Share contact details', icon: Contact }]
    case 'product':
      return [{ text: 'View product', icon: ShoppingBag, hint: product_retailer_id }]
    case 'product_list': {
      const count = (sections ?? []).reduce((sum, section) => sum + (section.product_items?.length ?? 0), 0)
      return [{ text: count > 0 ? `View ${count} products` : 'View products', icon: ShoppingBag }]
    }
    case 'catalog_message':
      return [{ text: 'View catalogue', icon: Store }]
    default:
      return []
  }
}

const templateIcons: Record<string, Component> = {
  URL: ExternalLink,
  PHONE_NUMBER: Phone,
  QUICK_REPLY: Reply,
  COPY_CODE: Copy,
  FLOW: MessageSquareText,
  CATALOG: Store,
  MPM: ShoppingBag,
  SPM: ShoppingBag,
  REQUEST_CONTACT_INFO: Contact,
}
export const iconOfTemplateButton = (type: string): Component => templateIcons[type.toUpperCase()] ?? Reply

/** The fields of a filled-in form as lines; Meta's own bookkeeping is left out. */
export function factsOf(data: unknown): { name: string; value: string }[] {
  if (typeof data !== 'object' || data === null) return []
  return Object.entries(data)
    .filter(([name, value]) => name !== 'flow_token' && value !== null && value !== '')
    .map(([name, value]) => ({
      name: name.replaceAll('_', ' '),
      value: typeof value === 'object' ? JSON.stringify(value) : String(value),
    }))
}
