import {
  AudioLines,
  Contact,
  FileText,
  Image,
  Info,
  LayoutTemplate,
  ListChecks,
  MapPin,
  MessageCircleQuestionMark,
  MousePointerClick,
  Play,
  ShoppingBag,
  SmilePlus,
  Sticker,
} from '@lucide/vue'
import type { Component } from 'vue'
import type { ContentOf, Message, MessageMedia, MessageType } from '#contract/messages.ts'

/** The sign of a type in rows and quotes; plain text needs none. */
export const typeIcons = {
  text: null,
  image: Image,
  video: Play,
  audio: AudioLines,
  document: FileText,
  sticker: Sticker,
  location: MapPin,
  contacts: Contact,
  reaction: SmilePlus,
  interactive: ListChecks,
  button: MousePointerClick,
  template: LayoutTemplate,
  order: ShoppingBag,
  system: Info,
  unsupported: MessageCircleQuestionMark,
} satisfies Record<MessageType, Component | null>

/** One line that stands for a message: in quotes, announcements and rows of what was just sent. */
export function previewOf({ type, content }: Pick<Message, 'type' | 'content'>): string {
  const says = content as Record<string, never>
  const text = (value: unknown, otherwise: string) => (typeof value === 'string' && value.trim() ? value : otherwise)
  switch (type) {
    case 'text':
      return text(says['text'], '')
    case 'image':
      return text(says['caption'], 'Photo')
    case 'video':
      return text(says['caption'], 'Video')
    case 'audio':
      return says['voice'] ? 'Voice message' : 'Audio'
    case 'document':
      return text(says['caption'], text((content as ContentOf<'document'>).media?.filename, 'Document'))
    case 'sticker':
      return 'Sticker'
    case 'location':
      return text(says['name'], text(says['address'], 'Location'))
    case 'contacts': {
      const cards = (content as ContentOf<'contacts'>).contacts ?? []
      const name = text(cards[0]?.name?.formatted_name, 'Contact')
      return cards.length > 1 ? `${name} and ${cards.length - 1} more` : name
    }
    case 'reaction':
      return says['emoji'] ? `Reacted ${says['emoji'] as string}` : 'Took a reaction back'
    case 'interactive': {
      const { reply, body } = content as ContentOf<'interactive'>
      return text(reply?.title, text(body, 'Interactive message'))
    }
    case 'button':
      return text(says['text'], 'Button')
    case 'template': {
      const { rendered, name } = content as ContentOf<'template'>
      return text(rendered?.body, name)
    }
    case 'order': {
      const count = (content as ContentOf<'order'>).items?.length ?? 0
      return `Order of ${count} ${count === 1 ? 'product' : 'products'}`
    }
    case 'system':
      return text(says['body'], 'Notice')
    case 'unsupported':
      return 'Message that WhatsApp does not hand over'
  }
}

/** Where the bytes are. A file that was just chosen is shown from the browser's memory. */
export function mediaUrl(media: MessageMedia | undefined): string | undefined {
  if (media?.link?.startsWith('blob:')) return media.link
  return media?.id ? `/api/media/${encodeURIComponent(media.id)}/file` : undefined
}

const rtlLetter = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u
/** The direction a text has by its first letter, as browsers decide for dir="auto". */
export const directionOf = (text: string): 'ltr' | 'rtl' =>
  rtlLetter.test(/\p{L}/u.exec(text)?.[0] ?? '') ? 'rtl' : 'ltr'
