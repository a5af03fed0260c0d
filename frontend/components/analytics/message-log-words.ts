import type { Message, MessageStatus } from '#contract/messages.ts'

export const typeLabels: Record<string, string> = {
  text: 'Text',
  image: 'Picture',
  video: 'Video',
  audio: 'Voice or sound',
  document: 'Document',
  sticker: 'Sticker',
  location: 'Place',
  contacts: 'Contact card',
  reaction: 'Reaction',
  interactive: 'Buttons or list',
  button: 'Pressed button',
  template: 'Template',
  order: 'Order',
  system: 'Notice',
  unsupported: 'Not supported',
}

/** One line of what was said; what has no words is named by its type. */
export function textOf({ type, content }: Pick<Message, 'type' | 'content'>): string {
  const rendered = content['rendered'] as { body?: string } | undefined
  const said = [content['text'], content['caption'], content['body'], rendered?.body, content['emoji'], content['name']]
  const found = said.find((value) => typeof value === 'string' && value)
  return typeof found === 'string' ? found : (typeLabels[type] ?? type)
}

export function toneOf(status: MessageStatus): 'neutral' | 'success' | 'danger' | 'warning' | 'info' {
  if (status === 'failed') return 'danger'
  if (status === 'read' || status === 'played') return 'info'
  if (status === 'delivered') return 'success'
  return ['unknown', 'not_sent'].includes(status) ? 'warning' : 'neutral'
}
