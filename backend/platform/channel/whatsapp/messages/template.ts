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

/** The file of the header is named by our own id until the moment of sending. */
function renderComponents({ components = [], rendered }: Content, uploaded: UploadedMedia): Component[] | undefined {
  const media = rendered?.header?.media
  const hasHeader = components.some(({ type }) => type.toLowerCase() === 'header')
  if (!media || hasHeader) return components.length > 0 ? components : undefined
  const type = rendered.header!.format.toLowerCase()
  const file = compact({
    ...renderMedia(media, uploaded),
    filename: type === 'document' ? media.filename : undefined,
  })
  return [{ type: 'header', parameters: [{ type, [type]: file }] }, ...components]
}
