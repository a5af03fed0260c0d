import { cutText, lookUp, readList, readNumber, readObject, readText, type Json } from '../json.ts'
import { compact, type MessageKind } from './kind.ts'

export const unsupported: MessageKind<'unsupported'> = {
  parse(payload, message) {
    const type = readText(message['type']) ?? 'unknown'
    const named = readText(readObject(payload)['type'])
    const originalType = cutText(named ?? (type === 'unsupported' ? 'unknown' : type), 60)
    const [error] = readList(message['errors'])
    const code = readNumber(error?.['code'])
    return { content: compact({ originalType, reason: reasonOf(originalType, code, error), code }) }
  },
  preview: (content) => content.reason,
  words: () => [],
}

/** What a message is shown as when it names a known type but holds something else. */
export function describeUnreadable(
  originalType: string,
  error?: Json,
): { originalType: string; reason: string; code?: number } {
  const code = readNumber(error?.['code'])
  const reason =
    !error && handedOver.includes(originalType)
      ? `WhatsApp sent this message without what belongs into it (${originalType}).`
      : reasonOf(originalType, code, error)
  return compact({ originalType: cutText(originalType, 60), reason, code })
}

/** What is called unsupported for one of these lacks its content; WhatsApp does hand it over. */
const handedOver = ['image', 'interactive', 'location', 'order', 'reaction']

const reasons: { [code: number]: string } = {
  131052: 'The file is larger than WhatsApp hands over (100 MB). Ask the customer for a smaller one.',
  131060: 'WhatsApp could not hand over this message. Open the WhatsApp Business app to read it.',
}

const names: { [type: string]: string } = {
  edit: 'an edited message',
  ephemeral: 'a disappearing message',
  errors: 'this kind of message',
  gif: 'a GIF',
  group_invite: 'an invitation to a group',
  hsm: 'a template message',
  image: 'a picture',
  interactive: 'a message with buttons',
  keep_in_chat: 'a kept message',
  link_preview: 'a link preview',
  list: 'lists',
  location: 'a live location',
  order: 'an order',
  pin: 'a pinned message',
  poll: 'a poll',
  poll_creation: 'a poll',
  poll_update: 'an answer to a poll',
  product: 'a product',
  reaction: 'a reaction',
  revoke: 'a deleted message',
  unknown: 'this kind of message',
  view_once: 'a message that can be seen only once',
}

function reasonOf(type: string, code: number | undefined, error: Json | undefined): string {
  const known = lookUp(reasons, String(code))
  if (known) return known
  if (type === 'media_placeholder')
    return 'A file from before this number was connected. WhatsApp has not handed it over.'
  const name = lookUp(names, type)
  if (name) return `WhatsApp does not hand over ${name} to business software.`
  return error
    ? 'WhatsApp could not hand over this message.'
    : `This kind of message (${type}) cannot be shown here yet.`
}
