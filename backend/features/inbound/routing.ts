import { createHash } from 'node:crypto'
import type { Channel, SystemStore } from '../../model/index.ts'
import type { IncomingItem } from '../../platform/channel/channel.ts'

/** Signed with WHATSAPP_APP_SECRET: may speak for every number of the installation. */
export const installation = 'installation'

type Secret = { signedBy: string; appSecret: string }

/** Which app secrets are known, and which channel a phone number id or account belongs to. */
export type Routing = {
  secrets(): Promise<readonly Secret[]>
  verifyTokens(): Promise<readonly string[]>
  route(items: readonly IncomingItem[], signedBy: string): Promise<{ channel: Channel; item: IncomingItem }[]>
  /** After a channel changed in this process. Other processes notice within `maxAge`. */
  forget(): void
}

type Options = {
  system: SystemStore
  /** Opens a sealed secret of a channel. */
  open: (channel: Channel, field: 'appSecret' | 'verifyToken') => string | null
  appSecret: string | undefined
  verifyToken: string | undefined
  now: () => Date
}

/** A channel that was connected in another process is known here after this many milliseconds. */
const maxAge = 1000

export function createRouting({ system, open, appSecret, verifyToken, now }: Options): Routing {
  let known: Promise<Directory> | undefined
  let knownSince = 0

  function directory(): Promise<Directory> {
    if (!known || now().getTime() - knownSince > maxAge) {
      knownSince = now().getTime()
      known = readDirectory(system, open)
      known.catch(() => (known = undefined))
    }
    return known
  }

  return {
    async secrets() {
      const own = (await directory()).secrets
      return appSecret ? [{ signedBy: installation, appSecret }, ...own] : own
    },

    async verifyTokens() {
      const own = (await directory()).verifyTokens
      return verifyToken ? [verifyToken, ...own] : own
    },

    async route(items, signedBy) {
      const { byNumber, byAccount, signers } = await directory()
      return items.flatMap((item) => {
        const channels = item.phoneNumberId
          ? [byNumber.get(item.phoneNumberId)].filter((channel) => channel !== undefined)
          : (byAccount.get(item.businessAccountId) ?? []).slice(0, item.kind === 'channel' ? undefined : 1)
        return channels
          .filter((channel) => signedBy === installation || signers.get(channel.id) === signedBy)
          .filter((channel) => item.kind !== 'channel' || speaksOf(item.displayPhone, channel))
          .map((channel) => ({ channel, item }))
      })
    },

    forget: () => (known = undefined),
  }
}

type Directory = {
  secrets: Secret[]
  verifyTokens: string[]
  byNumber: Map<string, Channel>
  byAccount: Map<string, Channel[]>
  /** Channel id → fingerprint of its own app secret. */
  signers: Map<string, string>
}

async function readDirectory(system: SystemStore, open: Options['open']): Promise<Directory> {
  const channels = await readAllChannels(system)
  const directory: Directory = {
    secrets: [],
    verifyTokens: [],
    byNumber: new Map(),
    byAccount: new Map(),
    signers: new Map(),
  }
  for (const channel of channels) {
    if (channel.phoneNumberId) directory.byNumber.set(channel.phoneNumberId, channel)
    if (channel.businessAccountId) {
      const siblings = directory.byAccount.get(channel.businessAccountId)
      if (siblings) siblings.push(channel)
      else directory.byAccount.set(channel.businessAccountId, [channel])
    }
    const verifyToken = open(channel, 'verifyToken')
    if (verifyToken) directory.verifyTokens.push(verifyToken)
    const appSecret = open(channel, 'appSecret')
    if (!appSecret) continue
    const signedBy = fingerprintOf(appSecret)
    directory.signers.set(channel.id, signedBy)
    if (!directory.secrets.some((secret) => secret.signedBy === signedBy))
      directory.secrets.push({ signedBy, appSecret })
  }
  return directory
}

async function readAllChannels(system: SystemStore): Promise<Channel[]> {
  const all: Channel[] = []
  for (let last: Channel | undefined; ;) {
    const page = await system.channels.find({
      sort: ['id', 'asc'],
      limit: 500,
      ...(last ? { after: { value: last.id, id: last.id } } : {}),
    })
    all.push(...page)
    if (page.length < 500) return all
    last = page.at(-1)
  }
}

/** Enough to tell secrets apart, useless for guessing them. */
export function fingerprintOf(appSecret: string): string {
  return createHash('sha256').update(`parley app secret ${appSecret}`).digest('base64url').slice(0, 16)
}

function speaksOf(displayPhone: string | undefined, channel: Channel): boolean {
  if (!displayPhone) return true
  return displayPhone.replace(/\D/g, '') === channel.businessPhone.replace(/\D/g, '')
}
