import type { Channel, ChannelInfo, ChannelState } from '#contract/channels.ts'

export const stateWords: Record<
  ChannelState,
  { label: string; tone: 'neutral' | 'warning' | 'success'; sentence: string }
> = {
  crm_only: {
    label: 'Not connected',
    tone: 'neutral',
    sentence: 'Everything works except delivery: what you write is kept here and does not leave.',
  },
  connected: { label: 'Not complete', tone: 'warning', sentence: 'Some credentials are in, not enough to send.' },
  live: { label: 'Live', tone: 'success', sentence: 'Messages go out over this number.' },
}

type Fact = { name: string; value: string; mono?: boolean }
const only = (facts: (Omit<Fact, 'value'> & { value: string | null | undefined })[]) =>
  facts.filter((fact): fact is Fact => Boolean(fact.value))

const qualityWords: Record<string, string> = { GREEN: 'High', YELLOW: 'Medium', RED: 'Low', UNKNOWN: 'Not known yet' }

/** What Meta says about the number. */
export const infoFacts = (info: ChannelInfo): Fact[] =>
  only([
    { name: 'Name customers see', value: info.verifiedName },
    { name: 'Quality', value: qualityWords[info.quality?.toUpperCase() ?? ''] ?? info.quality },
    { name: 'Customers per day', value: info.messagingLimit },
    { name: 'Speed', value: info.throughput },
  ])

/** Only the last four characters of a secret ever reach the browser. */
export const secretFacts = (channel: Channel): Fact[] =>
  only([
    { name: 'Phone number ID', value: channel.phoneNumberId, mono: true },
    { name: 'Business account ID', value: channel.businessAccountId, mono: true },
    { name: 'Access token', value: hint(channel.accessToken), mono: true },
    { name: 'Verify token', value: hint(channel.verifyToken), mono: true },
    { name: 'App secret', value: hint(channel.appSecret), mono: true },
  ])

const hint = (lastFour: string | null) => lastFour && `•••• ${lastFour}`
