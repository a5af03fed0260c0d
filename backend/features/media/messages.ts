import type { Message as ApiMessage, MessageContent, MessageMedia } from '../../contract/messages.ts'
import type { Context } from '../../feature.ts'
import type { Media, Message } from '../../model/index.ts'
import { changeEach } from '../change-each.ts'

/** Somebody else may be changing the same message; so often is tried to write into what they left. */
const attempts = 10

/** What a message says of its file. */
export function mediaOf(file: Media): MessageMedia {
  const { id, state, mimeType, bytes, filename, error, details } = file
  return {
    id,
    state,
    ...(mimeType ? { mimeType } : {}),
    ...(bytes === null ? {} : { bytes }),
    ...(filename ? { filename } : {}),
    ...(details.width && details.height ? { width: details.width, height: details.height } : {}),
    ...(error ? { error } : {}),
  }
}

/** The file of a message; not those of headers and carousel cards. */
export function fileIn(content: MessageContent): MessageMedia | undefined {
  return 'media' in content ? (content.media as MessageMedia) : undefined
}

/** Facts of the file win over what the message said of it; an error that is over goes. */
export function withMedia(content: MessageContent, file: Media): MessageContent {
  const { error: _over, ...said } = fileIn(content) ?? {}
  return { ...content, media: { ...said, ...mediaOf(file) } } as MessageContent
}

/** Brings the messages of a file up to date, and the browsers that show them. */
export async function showInMessages(context: Context, file: Media): Promise<void> {
  for (const id of messagesOf(file)) await showInMessage(context, file, id)
}

export const messagesOf = ({ messageId, details }: Media) => (messageId ? [messageId, ...(details.alsoIn ?? [])] : [])

async function showInMessage({ store, notify }: Context, file: Media, messageId: string): Promise<void> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const message = await store.messages.get(messageId)
    if (!message || fileIn(message.content)?.id !== file.id) return
    const content = withMedia(message.content, file)
    const updated = await store.messages.update(message.id, { content }, { onlyIf: { updatedAt: message.updatedAt } })
    if (!updated) continue
    return notify({ name: 'message:updated', payload: { message: updated as ApiMessage } })
  }
  throw new Error(`The message ${messageId} changes too often to show its file in it`)
}

/** One more message names a file that is known. Answers the file as it is by then, which may be: arrived. */
export async function nameAlso({ store }: Pick<Context, 'store'>, file: Media, messageId: string): Promise<Media> {
  if (messagesOf(file).includes(messageId)) return file
  for (let known = file, attempt = 1; attempt <= attempts; attempt++) {
    const set = known.messageId
      ? { details: { ...known.details, alsoIn: [...(known.details.alsoIn ?? []), messageId] } }
      : { messageId }
    const named = await store.media.update(known.id, set, { onlyIf: { updatedAt: known.updatedAt } })
    if (named) return named
    known = (await store.media.get(known.id)) ?? known
  }
  throw new Error(`The file ${file.id} changes too often to name another message in it`)
}

/** A file that this many messages show is the shop's own, a leaflet or a logo: it stays, and need not name them all. */
const manyMessages = 100

/**
 * Says which messages a file was sent with, so that it goes when the last of them is erased. Call it where an outbound
 * message is stored.
 */
export async function linkMedia(context: Context, message: Pick<Message, 'id' | 'content'>): Promise<void> {
  const { store } = context
  const ids = ownMediaIn(message.content)
  if (ids.length === 0) return
  const linked = await store.media.updateWhere({ id: { in: ids }, messageId: null }, { messageId: message.id })
  const isLinked = new Set(linked.map(({ id }) => id))
  for (const file of await store.media.getMany(ids.filter((id) => !isLinked.has(id)))) {
    if (file.details.isShared) continue
    if (messagesOf(file).length < manyMessages) await nameAlso(context, file, message.id)
    else await changeEach(store.media, [file.id], ({ details }) => ({ details: { ...details, isShared: true } }))
  }
}

/** Our ids of the files a message shows, those of headers and of carousel cards too. */
function ownMediaIn(value: unknown, name = ''): string[] {
  if (typeof value !== 'object' || value === null) return []
  const own = name === 'media' && 'id' in value && typeof value.id === 'string' ? [value.id] : []
  return [...own, ...Object.entries(value).flatMap(([part, inner]) => ownMediaIn(inner, part))]
}
