import type { ContentOf, Message, SendableType } from '#contract/messages.ts'
import type { Outgoing } from '../../composables/useSend.ts'
import type { SendRequest } from '../../state/outbox.ts'
import type { Attachment } from './useAttachments.ts'

type Base = { key: string; conversationId: string; replyTo: Message | null }
type ContentFor<T extends SendableType> = Extract<SendRequest, { type: T }>['content']

function outgoing<T extends SendableType>(
  base: Base,
  type: T,
  content: ContentFor<T>,
  shown: Record<string, unknown>,
): Outgoing {
  const { key, conversationId, replyTo } = base
  const request = { conversationId, type, content, ...(replyTo && { replyTo: replyTo.id }) } as SendRequest
  return { key, request, type, content: shown, replyTo }
}

export const textMessage = (base: Base, text: string) => outgoing(base, 'text', { text }, { text })

export const locationMessage = (base: Base, content: ContentFor<'location'>) =>
  outgoing(base, 'location', content, content)

export const contactMessage = (base: Base, content: ContentFor<'contacts'>) =>
  outgoing(base, 'contacts', content, content)

export function fileMessage(base: Base, { file, kind, url, caption, uploaded }: Attachment, voice = false): Outgoing {
  const mediaId = uploaded!.id
  const media = { id: mediaId, link: url, state: 'ready', mimeType: file.type, bytes: file.size, filename: file.name }
  const text = caption.trim() || undefined
  if (kind === 'audio') return outgoing(base, 'audio', { mediaId, ...(voice && { voice }) }, { media, voice })
  if (kind === 'document')
    return outgoing(
      base,
      'document',
      { mediaId, filename: file.name.slice(0, 240), caption: text },
      { media, caption: text },
    )
  return outgoing(base, kind, { mediaId, caption: text }, { media, caption: text })
}

export type ChoiceDraft = {
  kind: 'button' | 'list'
  body: string
  footer: string
  /** The label that opens a list. */
  opener: string
  choices: { title: string; description: string }[]
}

/** Buttons (up to three) or a list (up to ten). Ids are the position: the answer carries the title anyway. */
export function choiceMessage(base: Base, { kind, body, footer, opener, choices }: ChoiceDraft): Outgoing {
  const foot = footer.trim() ? { footer: footer.trim() } : {}
  const named = choices
    .filter(({ title }) => title.trim())
    .map(({ title, description }, index) => ({
      id: String(index + 1),
      title: title.trim(),
      description: description.trim(),
    }))
  if (kind === 'button') {
    const buttons = named.map(({ id, title }) => ({ id, title }))
    const action = { buttons: buttons.map((reply) => ({ type: 'reply', reply })) }
    return outgoing(base, 'interactive', { kind, body, ...foot, buttons }, {
      kind,
      body,
      ...foot,
      action,
    } satisfies ContentOf<'interactive'>)
  }
  const rows = named.map(({ description, ...row }) => ({ ...row, ...(description && { description }) }))
  const action = { button: opener, sections: [{ rows }] }
  return outgoing(
    base,
    'interactive',
    { kind, body, ...foot, button: opener, sections: [{ rows }] },
    { kind, body, ...foot, action },
  )
}

export const templateMessage = (base: Base, content: ContentFor<'template'>, shown: ContentOf<'template'>) =>
  outgoing(base, 'template', content, shown)
