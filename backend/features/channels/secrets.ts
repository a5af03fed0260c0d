import type { Channel } from '../../model/index.ts'
import type { Credentials } from '../../platform/channel/channel.ts'
import { CannotOpen, lastFour, type Vault } from '../../platform/crypto.ts'

export type SecretField = 'accessToken' | 'verifyToken' | 'appSecret'
export const secretFields: readonly SecretField[] = ['accessToken', 'verifyToken', 'appSecret']

type Owner = Pick<Channel, 'id' | 'workspaceId' | 'secretHints'>

/** Seals and opens the secrets of channels. Each is bound to its workspace, channel and field. */
export type Sealer = {
  /** The columns to store; null removes a secret, absent ones stay. */
  seal(channel: Owner, secrets: { [Field in SecretField]?: string | null }): Partial<Channel>
  /** Null when there is none, or when it was sealed with a key that is not here any more. */
  open(channel: Channel, field: SecretField): string | null
}

type Options = { vault: Vault; warn: (message: string) => void }

export function createSealer({ vault, warn }: Options): Sealer {
  const warned = new Set<string>()
  const placeOf = ({ id, workspaceId }: Owner, field: SecretField) => `${workspaceId}/${id}/${field}`

  return {
    seal(channel, secrets) {
      const columns: Partial<Channel> = {}
      const hints = { ...channel.secretHints }
      for (const field of secretFields) {
        const secret = secrets[field]
        if (secret === undefined) continue
        columns[field] = secret === null ? null : vault.seal(secret, placeOf(channel, field))
        if (secret === null) delete hints[field]
        else hints[field] = lastFour(secret)
      }
      return { ...columns, secretHints: hints }
    },

    open(channel, field) {
      const sealed = channel[field]
      if (sealed === null) return null
      const place = placeOf(channel, field)
      try {
        return vault.open(sealed, place)
      } catch (error) {
        if (!(error instanceof CannotOpen)) throw error
        // Webhooks ask for it again and again.
        if (!warned.has(place)) warn(`The ${field} of channel ${channel.id} cannot be read: ${error.message}`)
        warned.add(place)
        return null
      }
    },
  }
}

/** What opens the Cloud API for this channel; undefined while something is missing. */
export function credentialsOf(sealer: Sealer, channel: Channel): Credentials | undefined {
  const accessToken = sealer.open(channel, 'accessToken')
  if (!channel.phoneNumberId || accessToken === null) return undefined
  return { phoneNumberId: channel.phoneNumberId, businessAccountId: channel.businessAccountId, accessToken }
}
