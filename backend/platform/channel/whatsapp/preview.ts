import type { ContentOf, MessageContent, MessageType } from '../../../contract/messages.ts'
import { messageKinds } from './messages/registry.ts'
import type { MessageKind } from './messages/kind.ts'

const longest = 200

/** One line of plain text: what a row of the inbox and a notification show of a message. */
export function previewOf<T extends MessageType>(type: T, content: ContentOf<T> | MessageContent): string {
  const text = kindOf(type).preview(content as ContentOf<T>)
  return oneLine(withoutMarkup(text.slice(0, longest * 4)))
}

/** Everything of a message that a search should find. */
export function searchTextOf<T extends MessageType>(type: T, content: ContentOf<T> | MessageContent): string {
  const words = kindOf(type).words(content as ContentOf<T>)
  return words.filter(Boolean).join('\n').slice(0, 10_000).toWellFormed()
}

function kindOf<T extends MessageType>(type: T): MessageKind<T> {
  return messageKinds[type] as unknown as MessageKind<T>
}

/** WhatsApp's own marks: *bold*, _italic_, ~struck~, ```code```, `code`; only where WhatsApp would draw them. */
function withoutMarkup(text: string): string {
  return text
    .replaceAll(/```([^`]+)```/g, '$1')
    .replaceAll(/(?<![\p{L}\p{N}`])`([^`\n]+)`(?![\p{L}\p{N}`])/gu, '$1')
    .replaceAll(/(?<![\p{L}\p{N}*])\*(?!\s)([^*\n]+)(?<!\s)\*(?![\p{L}\p{N}*])/gu, '$1')
    .replaceAll(/(?<![\p{L}\p{N}~])~(?!\s)([^~\n]+)(?<!\s)~(?![\p{L}\p{N}~])/gu, '$1')
    .replaceAll(/(?<![\p{L}\p{N}_])_(?!\s)([^_\n]+)(?<!\s)_(?![\p{L}\p{N}_])/gu, '$1')
}

/** Control characters and those that turn the reading direction would let a message fake what the row says. */
const invisible = /[\p{Cc}\u202a-\u202e\u2066-\u2069\ufeff]+/gu

function oneLine(text: string): string {
  const line = text.replaceAll(invisible, ' ').replaceAll(/\s+/g, ' ').trim()
  if (line.length <= longest) return line.toWellFormed()
  return `${line
    .slice(0, longest - 1)
    .replace(/[\ud800-\udbff]$/, '')
    .trimEnd()}…`.toWellFormed()
}
