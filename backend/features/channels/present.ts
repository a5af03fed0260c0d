import type { Channel as ApiChannel, ChannelState } from '../../contract/channels.ts'
import type { Channel } from '../../model/index.ts'

/** What works with the credentials there are. The practice customer needs none. */
export function stateOf(channel: Channel): ChannelState {
  const { kind, phoneNumberId, accessToken, businessAccountId, verifyToken, appSecret } = channel
  if (kind === 'practice' || (phoneNumberId && accessToken)) return 'live'
  return phoneNumberId || accessToken || businessAccountId || verifyToken || appSecret ? 'connected' : 'crm_only'
}

/** A channel as the API and the events show it: of each secret only its end. Those of the practice channel are our own. */
export function presentChannel(channel: Channel): ApiChannel {
  const hints = channel.kind === 'practice' ? {} : channel.secretHints
  return {
    id: channel.id,
    createdAt: channel.createdAt,
    kind: channel.kind,
    name: channel.name,
    businessPhone: channel.businessPhone,
    phoneNumberId: channel.phoneNumberId,
    businessAccountId: channel.businessAccountId,
    appId: channel.appId,
    accessToken: hints.accessToken ?? null,
    verifyToken: hints.verifyToken ?? null,
    appSecret: hints.appSecret ?? null,
    state: stateOf(channel),
    info: channel.info,
    problem: channel.problem,
    sendingPausedAt: channel.sendingPausedAt,
    webhookSeenAt: channel.webhookSeenAt,
  }
}
