import type { Channel, ChannelPatch } from '#contract/channels.ts'
import type * as z from 'zod'

const plain = ['name', 'businessPhone', 'phoneNumberId', 'businessAccountId'] as const
const secrets = ['accessToken', 'verifyToken', 'appSecret'] as const

export type ChannelForm = Record<(typeof plain)[number], string> & Record<(typeof secrets)[number], string | null>

export const formOf = (channel: Channel | null): ChannelForm => ({
  name: channel?.name ?? '',
  businessPhone: channel?.businessPhone ?? '',
  phoneNumberId: channel?.phoneNumberId ?? '',
  businessAccountId: channel?.businessAccountId ?? '',
  // Empty means: as it is. The form never holds a stored secret.
  accessToken: '',
  verifyToken: '',
  appSecret: '',
})

/** Only what a person changed; null takes a value away. */
export function changedFields(form: ChannelForm, before: Channel | null): z.input<typeof ChannelPatch> {
  const patch: Record<string, string | null> = {}
  for (const name of plain) {
    const value = form[name].trim()
    if (value !== (before?.[name] ?? '')) patch[name] = value || null
  }
  for (const name of secrets) {
    const value = form[name]
    if (value === null) patch[name] = null
    else if (value.trim()) patch[name] = value.trim()
  }
  return patch as z.input<typeof ChannelPatch>
}
