import type { ContentOf, MessageContent, MessageMedia, NewMessage, SendableContent } from '../../contract/messages.ts'
import type { TemplateCategory } from '../../contract/templates.ts'
import { AppError } from '../../errors.ts'
import type { Context } from '../../feature.ts'
import { checkMediaForType, contentFromInput } from '../../platform/channel/channel.ts'
import type { Message, WorkspaceStore } from '../../model/index.ts'
import { fillStoredTemplate } from '../templates/fill.ts'
import type { Target } from './target.ts'

export type Prepared = { content: MessageContent; category?: TemplateCategory }

/** From what the API takes to what is stored and sent: files looked up, templates filled in, targets of reactions found. */
export async function prepareContent(context: Context, target: Target, input: NewMessage): Promise<Prepared> {
  switch (input.type) {
    case 'image':
    case 'video':
    case 'audio':
    case 'document':
    case 'sticker': {
      const { mediaId, link, ...rest } = input.content as SendableContent<'document'> & { voice?: boolean }
      const media = mediaId ? await usableMedia(context, input.type, mediaId) : { link: link! }
      return { content: { ...withoutFilename(rest), media: { ...media, ...filename(rest) } } }
    }
    case 'reaction':
      return { content: await reactionContent(context, target, input.content) }
    case 'template':
      return fillStoredTemplate(context, target.channel, input.content)
    case 'interactive':
      return { content: await withHeaderMedia(context, contentFromInput('interactive', input.content)) }
    default:
      return { content: contentFromInput(input.type, input.content as never) }
  }
}

/** Of a template that was stored with a message; undefined for everything else, and once the template is gone. */
export async function categoryOf(
  store: Pick<WorkspaceStore, 'templates'>,
  { type, content }: Pick<Message, 'type' | 'content'>,
): Promise<TemplateCategory | undefined> {
  const { templateId } = content as ContentOf<'template'>
  return type === 'template' && templateId ? (await store.templates.get(templateId))?.category : undefined
}

async function usableMedia({ store }: Context, type: NewMessage['type'], mediaId: string): Promise<MessageMedia> {
  const file = await store.media.get(mediaId)
  if (!file) throw new AppError('media.not_found')
  if (file.state !== 'ready') throw new AppError('media.not_ready')
  const problem = checkMediaForType(type, file.mimeType ?? 'application/octet-stream', file.bytes ?? 0)
  if (problem) throw new AppError('message.media_unusable', { details: problem })
  return {
    id: file.id,
    state: file.state,
    ...(file.mimeType ? { mimeType: file.mimeType } : {}),
    ...(file.bytes === null ? {} : { bytes: file.bytes }),
    ...(file.filename ? { filename: file.filename } : {}),
    ...(file.details.width ? { width: file.details.width } : {}),
    ...(file.details.height ? { height: file.details.height } : {}),
  }
}

const filename = ({ filename: name }: { filename?: string | undefined }) => (name ? { filename: name } : {})
const withoutFilename = ({
  filename: _filename,
  ...rest
}: {
  filename?: string | undefined
  caption?: string | undefined
}) => rest

async function withHeaderMedia(context: Context, content: MessageContent): Promise<MessageContent> {
  const { header } = content as ContentOf<'interactive'>
  if (!header?.media?.id) return content
  const media = await usableMedia(context, header.type as 'image', header.media.id)
  return { ...(content as ContentOf<'interactive'>), header: { ...header, media } }
}

async function reactionContent({ store }: Context, { conversation }: Target, input: SendableContent<'reaction'>) {
  const message = await store.messages.get(input.messageId)
  if (!message || message.conversationId !== conversation.id) throw new AppError('message.not_found')
  if (!message.providerMessageId) throw new AppError('message.no_address')
  return { emoji: input.emoji || null, providerMessageId: message.providerMessageId, messageId: message.id }
}
