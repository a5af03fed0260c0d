import type { Channel, SystemStore } from '../../model/index.ts'
import type { Log } from '../../platform/log.ts'

type Deps = { system: SystemStore; hasToken: (channel: Channel) => boolean; log: Log }

/** Data that was restored or moved without its key looks well until something is to be sent. Says so at the start. */
export async function tellOfLostKey({ system, hasToken, log }: Deps): Promise<void> {
  const channels = await system.channels.find({ where: { kind: 'cloud', accessToken: { not: null } }, limit: 10_000 })
  const locked = channels.filter((channel) => !hasToken(channel)).length
  if (locked > 0)
    log.error(
      `The encryption key is not the one that this data was used with: ${locked} of ${channels.length} access tokens cannot be read, and nothing is sent with them. Stop, put back encryption.key or ENCRYPTION_KEY, and start again; or enter the tokens anew.`,
    )
}
