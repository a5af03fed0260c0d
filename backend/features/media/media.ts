import { media as routes, type MediaFile } from '../../contract/media.ts'
import type { MessageContent } from '../../contract/messages.ts'
import { AppError } from '../../errors.ts'
import { implement, type Context } from '../../feature.ts'
import type { Channel, Media, Message } from '../../model/index.ts'
import type { IncomingMedia } from '../../platform/channel/channel.ts'
import { day } from '../../platform/clock.ts'
import { nameAlso, showInMessages, withMedia } from './messages.ts'

/*
 * pending ──→ ready                 the bytes are here
 *   │  ↑ ╲
 *   │  │   → failed (and back)      tried again by itself, in growing intervals, and by hand
 *   ↓  ↓
 * expired                           Meta keeps a received file for seven days
 *
 * An uploaded file is ready from the start.
 */

export const fetchMediaJob = 'fetch-media'
const keptByMeta = 7 * day
/** Files that are fetched at the same time, per workspace; the rest waits, and other jobs go on. */
const lanes = 4

type Received = { channel: Channel; message: Message; incoming: IncomingMedia }

/** Notes a file that a message names and has it fetched. Part of the caller's transaction; answers the message's content. */
export async function receiveMedia(
  context: Context,
  { channel, message, incoming }: Received,
): Promise<MessageContent> {
  const { store, now } = context
  const { providerMediaId, mimeType = null, filename = null } = incoming
  const [inserted] = await store.media.insertMany(
    [
      {
        channelId: channel.id,
        messageId: message.id,
        state: 'pending',
        mimeType,
        filename,
        providerMediaId,
        providerExpiresAt: new Date(now().getTime() + keptByMeta).toISOString(),
        details: {},
      },
    ],
    { ifTaken: 'skip' },
  )
  // Two messages may name one file; it is fetched once, for both.
  const known = inserted ?? (await store.media.first({ channelId: channel.id, providerMediaId }))
  if (inserted) await scheduleFetch(context, inserted)
  if (!known) return message.content
  const file = inserted ?? (await nameAlso(context, known, message.id))
  const content = withMedia(message.content, file)
  await store.messages.update(message.id, { content })
  return content
}

async function scheduleFetch({ store, now }: Context, file: Media): Promise<void> {
  const lane = [...file.id].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % lanes
  await store.schedule([
    {
      kind: fetchMediaJob,
      key: `${fetchMediaJob}:${file.id}`,
      queue: `${fetchMediaJob}:${lane}`,
      runAt: now().toISOString(),
      payload: { mediaId: file.id },
      // Counted are only turns that broke off, not those that ask to be run again.
      attempts: 100,
    },
  ])
}

export function toMediaFile({ id, createdAt, state, mimeType, bytes, filename, error, details }: Media): MediaFile {
  const { width = null, height = null } = details
  return { id, createdAt, state, mimeType, bytes, filename, width, height, error }
}

export async function getMedia({ store }: Context, id: string): Promise<Media> {
  const file = await store.media.get(id)
  if (!file) throw new AppError('media.not_found')
  return file
}

/** A person does not want to wait for the next try. */
export async function retryMedia(context: Context, id: string): Promise<Media> {
  const { providerMediaId } = await getMedia(context, id)
  if (!providerMediaId) throw new AppError('media.not_retryable')
  return context.store.transaction(async (store) => {
    const tx = { ...context, store }
    const onlyIf = { state: { in: ['pending', 'failed'] as const } }
    const file = await store.media.update(id, { state: 'pending', error: null }, { onlyIf })
    if (!file) throw new AppError('media.not_retryable')
    await scheduleFetch(tx, file)
    await showInMessages(tx, file)
    return file
  })
}

export const media = implement(routes, {
  get: async (context, { params }) => toMediaFile(await getMedia(context, params.mediaId)),
  retry: async (context, { params }) => toMediaFile(await retryMedia(context, params.mediaId)),
})
