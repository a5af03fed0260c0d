import type { ContentOf } from '../../../../contract/messages.ts'
import { isObject, keepJson, readList, readObject, readText, type Json } from '../json.ts'
import { compact, type SendableKind, type UploadedMedia } from './kind.ts'
import { renderMedia } from './media.ts'

type Content = ContentOf<'template'>
type Component = { type: string; [member: string]: unknown }

export const template: SendableKind<'template'> = {
  /** Templates are never written by customers; they come back in echoes and in imported chats. */
  parse(payload) {
    if (!isObject(payload)) return undefined
    const name = readText(payload['name'])
    if (!name) return undefined
    const language = readText(readObject(payload['language'])['code'] ?? payload['language']) ?? ''
    const components = readList(keepJson(payload['components'])).flatMap(readComponent)
    return { content: compact({ name, language, components: components.length > 0 ? components : undefined }) }
  },

  preview: ({ name, rendered }) => rendered?.body || rendered?.header?.text || `Template: ${name}`,

  words: ({ name, rendered }) => [name, rendered?.header?.text, rendered?.body, rendered?.footer],

  /** Only what needs no template at hand; fillTemplate makes the components and the text. */
  accept: ({ name, language, templateId, components }) =>
    compact({ name: name ?? '', language: language ?? '', templateId, components }),

  render: (content, uploaded) =>
    compact({
      name: content.name,
      language: { code: content.language },
      components: renderComponents(content, uploaded),
    }),
}

function readComponent(component: Json): Component[] {
  const type = readText(component['type'])
  return type ? [{ ...component, type }] : []
}

/** Files are named by our own ids until the moment of sending: that of the header, and those of cards. */
function renderComponents({ components = [], rendered }: Content, uploaded: UploadedMedia): Component[] | undefined {
  const header = renderHeader(components, rendered?.header, uploaded)
  const filled = components.map((component) => renderCards(component, rendered?.cards ?? [], uploaded))
  const all = [...header, ...filled]
  return all.length > 0 ? all : undefined
}

type Header = NonNullable<NonNullable<Content['rendered']>['cards']>[number]['header']

function renderHeader(components: readonly Json[], header: Header, uploaded: UploadedMedia): Component[] {
  const hasHeader = components.some((component) => readText(component['type'])?.toLowerCase() === 'header')
  if (!header?.media || hasHeader) return []
  const format = header.format.toLowerCase()
  const type = format === 'gif' ? 'video' : format
  const file = compact({
    ...renderMedia(header.media, uploaded),
    filename: type === 'document' ? header.media.filename : undefined,
  })
  return [{ type: 'header', parameters: [{ type, [type]: file }] }]
}

function renderCards(component: Component, cards: readonly { header?: Header }[], uploaded: UploadedMedia): Component {
  if (component.type.toLowerCase() !== 'carousel' || cards.length === 0) return component
  const filled = readList(component['cards']).map((card, index) => {
    const parts = readList(card['components'])
    return { ...card, components: [...renderHeader(parts, cards[index]?.header, uploaded), ...parts] }
  })
  return { ...component, cards: filled }
}
