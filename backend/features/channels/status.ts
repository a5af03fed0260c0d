import type { ChannelStatus } from '../../contract/channels.ts'
import type { Channel } from '../../model/index.ts'
import { stateOf } from './present.ts'
import { secretFields, type Sealer } from './secrets.ts'

/** What the whole installation has, for channels without their own. */
export type Installation = { hasAppSecret: boolean; hasVerifyToken: boolean }

const names = { accessToken: 'access token', verifyToken: 'verify token', appSecret: 'app secret' }

/** One sentence for each thing that keeps the number from working, the most important first. */
export function describeStatus(
  channel: Channel,
  sealer: Sealer,
  installation: Installation & { isOnlyClaimed: boolean },
  webhookUrl: string,
): ChannelStatus {
  const state = stateOf(channel)
  return {
    state,
    webhooksSeen: channel.webhookSeenAt !== null,
    webhookSeenAt: channel.webhookSeenAt,
    problems: channel.kind === 'practice' ? [] : problemsOf(channel, sealer, installation, webhookUrl),
    webhookUrl,
  }
}

function problemsOf(
  channel: Channel,
  sealer: Sealer,
  installation: Installation & { isOnlyClaimed: boolean },
  webhookUrl: string,
): string[] {
  const { phoneNumberId, accessToken, appSecret, verifyToken, problem, webhookProblem, webhookSeenAt } = channel
  if (stateOf(channel) === 'crm_only')
    return [
      'This number is not connected: messages are kept here, but nothing is sent or received. Enter the phone number id and an access token.',
    ]
  const unreadable = secretFields.filter((field) => channel[field] !== null && sealer.open(channel, field) === null)
  const missing: [boolean, string][] = [
    [!phoneNumberId, 'Enter the phone number id. Meta shows it under WhatsApp, API set-up.'],
    [!accessToken, 'Enter an access token: without it nothing can be sent.'],
    [
      installation.isOnlyClaimed,
      'Nothing proves that this number is yours, so its messages are not taken. Enter a token of Meta that may use it.',
    ],
    [!appSecret && !installation.hasAppSecret, 'Webhooks are refused until an app secret is set: nothing is received.'],
    [
      !verifyToken && !installation.hasVerifyToken,
      'Meta cannot confirm the webhook address until a verify token is set.',
    ],
    [
      !webhookUrl.startsWith('https:'),
      'Meta calls only addresses with https: set PUBLIC_URL to the one Parley has on the internet.',
    ],
    [webhookSeenAt === null, 'No webhook has arrived yet. Send a message to this number to try.'],
  ]
  return [
    ...(problem ? [problem.message] : []),
    ...unreadable.map(
      (field) => `The ${names[field]} cannot be read, because the encryption key changed. Enter it again.`,
    ),
    ...(webhookProblem ? [webhookProblem] : []),
    ...missing.filter(([isMissing]) => isMissing).map(([, sentence]) => sentence),
  ]
}
