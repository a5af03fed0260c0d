import { AppError } from '../../errors.ts'
import type { Context } from '../../feature.ts'
import type { Channel } from '../../model/index.ts'
import type { Credentials, GraphClient, GraphResult } from '../../platform/channel/channel.ts'
import { credentialsOf, type Sealer } from '../channels/secrets.ts'

export type NumberDeps = {
  graph: GraphClient
  sealer: Sealer
  /** Hands Meta a stored picture; answers the handle that stands for it. */
  uploadPicture: (context: Context, channel: Channel, mediaId: string) => Promise<string>
}

export type Opened = { channel: Channel; credentials: Credentials }

export async function openNumber({ sealer }: NumberDeps, { store }: Context, channelId: string): Promise<Opened> {
  const channel = await store.channels.get(channelId)
  if (!channel || channel.kind !== 'cloud') throw new AppError('channel.not_found')
  const credentials = credentialsOf(sealer, channel)
  if (!credentials) throw new AppError('channel.not_connected')
  return { channel, credentials }
}

/** A refusal of Meta becomes ours, with the sentence of the table of Meta's errors. */
export function valueOf<Value>(result: GraphResult<Value>): Value {
  if (result.ok) return result.value
  throw new AppError(result.kind === 'unreachable' ? 'meta.unreachable' : 'meta.refused', {
    details: result.refusal.error,
  })
}
