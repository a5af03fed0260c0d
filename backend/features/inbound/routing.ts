import { createHash } from 'node:crypto'
import type { Channel, SystemStore } from '../../model/index.ts'
import type { IncomingItem } from '../../platform/channel/channel.ts'
import { firstWorkspaceId, isProven, mayUseSharedSecret } from '../channels/proof.ts'

/** Signed with WHATSAPP_APP_SECRET: may speak for every number that is known to be of its workspace. */
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
      const { byNumber, byAccount, signers, firstId } = await directory()
      const shared = appSecret === undefined ? undefined : fingerprintOf(appSecret)
      const maySpeakFor = (channel: Channel) =>
        signedBy === installation
          ? signers.get(channel.id) === shared || mayUseSharedSecret(channel, firstId)
          : signers.get(channel.id) === signedBy
      return items.flatMap((item) => {
        const channels = item.phoneNumberId
          ? ownerOf((byNumber.get(item.phoneNumberId) ?? []).filter(maySpeakFor))
          : (byAccount.get(item.businessAccountId) ?? []).filter(maySpeakFor)
        return meantBy(item, channels).map((channel) => ({ channel, item }))
      })
    },

    forget: () => (known = undefined),
  }
}

/** Several workspaces may have typed the same number; one may have proven it. */
function ownerOf(claims: readonly Channel[]): Channel[] {
  const owner = claims.find(isProven) ?? claims[0]
  return owner ? [owner] : []
}

/** What names no number is about all numbers of the account, about its templates, or about nobody knows which. */
function meantBy(item: IncomingItem, channels: readonly Channel[]): Channel[] {
  if (item.kind === 'channel') return channels.filter((channel) => speaksOf(item.displayPhone, channel))
  if (item.kind !== 'template') return channels.slice(0, 1)
  return [...new Map(channels.toReversed().map((channel) => [channel.workspaceId, channel])).values()]
}

type Directory = {
  firstId: string | undefined
  secrets: Secret[]
  verifyTokens: string[]
  /** The oldest first. */
  byNumber: Map<string, Channel[]>
  byAccount: Map<string, Channel[]>
  /** Channel id → fingerprint of its own app secret. */
  signers: Map<string, string>
}

async function readDirectory(system: SystemStore, open: Options['open']): Promise<Directory> {
  const channels = await readAllChannels(system)
  const directory: Directory = {
    firstId: await firstWorkspaceId(system),
    secrets: [],
    verifyTokens: [],
    byNumber: new Map(),
    byAccount: new Map(),
    signers: new Map(),
  }
  for (const channel of channels) {
    if (channel.phoneNumberId) addTo(directory.byNumber, channel.phoneNumberId, channel)
    if (channel.businessAccountId) addTo(directory.byAccount, channel.businessAccountId, channel)
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

function addTo(groups: Map<string, Channel[]>, key: string, channel: Channel): void {
  const group = groups.get(key)
  if (group) group.push(channel)
  else groups.set(key, [channel])
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
