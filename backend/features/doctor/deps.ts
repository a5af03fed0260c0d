import type { Context } from '../../feature.ts'
import type { Channel, SystemStore } from '../../model/index.ts'
import type { GraphClient } from '../../platform/channel/channel.ts'
import type { HttpClient } from '../../platform/http-client.ts'
import type { ChannelDeps } from '../channels/changes.ts'

export type DoctorDeps = {
  graph: GraphClient
  http: HttpClient
  system: SystemStore
  channels: ChannelDeps
  /** WHATSAPP_APP_SECRET, for channels without their own. */
  appSecret?: string | undefined
  /** PUBLIC_URL; without it the address that the browser used, or the one that was given. */
  publicUrl?: string | undefined
  /** Meta can only call public addresses with https; the simulator calls any. */
  isRealMeta: boolean
  randomToken: () => string
  /** A number was connected or has other credentials: its templates are fetched. */
  onConnected: (context: Context, channel: Channel) => Promise<void>
}
