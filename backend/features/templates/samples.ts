import { AppError } from '../../errors.ts'
import type { Context } from '../../feature.ts'
import type { Channel } from '../../model/index.ts'
import type { Credentials, GraphClient } from '../../platform/channel/channel.ts'

export type SampleDeps = {
  graph: Pick<GraphClient, 'uploadSample' | 'debugToken'>
  credentialsOf: (channel: Channel) => Credentials | undefined
  /** Where the bytes of a stored file are. */
  pathOf: (sha256: string) => string
}

const kinds = ['image/jpeg', 'image/png', 'video/mp4', 'application/pdf']

/** Hands Meta an uploaded file as the example of a header or as a profile picture; answers the handle that stands for it. */
export async function uploadSample(
  { graph, credentialsOf, pathOf }: SampleDeps,
  { store }: Context,
  channel: Channel,
  mediaId: string,
): Promise<string> {
  const file = await store.media.get(mediaId)
  if (!file) throw new AppError('media.not_found')
  if (file.state !== 'ready' || !file.sha256) throw new AppError('media.not_ready')
  if (!file.mimeType || !kinds.includes(file.mimeType)) throw new AppError('template.sample_unusable')
  // The practice customer takes every example.
  if (channel.kind === 'practice') return `practice-${file.id}`
  const credentials = credentialsOf(channel)
  if (!credentials) throw new AppError('channel.not_connected')
  const appId = channel.appId ?? (await findAppId(graph, credentials.accessToken))
  const uploaded = await graph.uploadSample(
    { appId, accessToken: credentials.accessToken },
    {
      path: pathOf(file.sha256),
      bytes: file.bytes ?? 0,
      mimeType: file.mimeType,
      filename: file.filename ?? `example.${file.mimeType.split('/')[1]}`,
    },
  )
  if (uploaded.ok) return uploaded.value.handle
  throw new AppError(uploaded.kind === 'unreachable' ? 'meta.unreachable' : 'meta.refused', {
    details: uploaded.refusal.error,
  })
}

/** Uploads belong to an app; a token knows whose it is. */
async function findAppId(graph: SampleDeps['graph'], accessToken: string): Promise<string> {
  const facts = await graph.debugToken({ accessToken }, accessToken)
  const appId = facts.ok ? facts.value.appId : null
  if (!appId) throw new AppError('channel.not_connected')
  return appId
}
