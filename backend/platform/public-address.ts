import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import { second } from './clock.ts'

/*
 * Which web addresses a person may give. They are judged before they are saved, so that the one who typed it hears of it, and
 * by the HTTP client when it connects, with the address it is about to connect to: a name may lead elsewhere by then.
 */

/** What is not the public internet, of the registries of IANA. */
const inside4 =
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4'
/** Inside 2000::/3, the only part of IPv6 that is public: tunnels, tests and examples. */
const inside6 = '2001::/23 2001:db8::/32 2002::/16 3fff::/20'

const privateList = listOf(`${inside4} ${inside6}`.split(' '))
const publicV6 = listOf(['2000::/3'])

/** Networks in CIDR notation, or single addresses; undefined when one is neither. */
export function readNetworks(text: string): string[] | undefined {
  const networks = text
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((network) => (isIP(network) === 0 ? network : `${network}/${isIP(network) === 4 ? 32 : 128}`))
  return networks.every(isNetwork) ? networks : undefined
}

function isNetwork(network: string): boolean {
  const [address = '', bits = '', ...more] = network.split('/')
  const family = isIP(address)
  return family !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128) && more.length === 0
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address, bits] = network.split('/')
    list.addSubnet(address!, Number(bits), isIP(address!) === 4 ? 'ipv4' : 'ipv6')
  }
  return list
}

/**
 * - private: it is in a network that is neither public nor allowed by the operator
 * - port:    it is public, but what listens at such a port is no website
 */
export type ReachFault = 'private' | 'port'
/** What requests to addresses of people may connect to. */
export type Reach = { faultOf(address: string, port: number): ReachFault | undefined }

const webPorts: ReadonlySet<number> = new Set([80, 443])
/** From 1024 on, what browsers refuse (the "bad ports" of the Fetch standard), and databases that speak in lines. */
const otherPorts: ReadonlySet<number> = new Set([
  1719, 1720, 1723, 2049, 3306, 3659, 4045, 4190, 5060, 5061, 5432, 6000, 6379, 6566, 6665, 6666, 6667, 6668, 6669,
  6679, 6697, 10080, 11211, 27017,
])

const readOwnAddresses = () =>
  Object.values(networkInterfaces()).flatMap((found) => (found ?? []).map(({ address }) => address))

/** `allowed`: networks in CIDR notation that are open, at every port. */
export function createReach(
  allowed: readonly string[],
  ownAddresses: () => readonly string[] = readOwnAddresses,
): Reach {
  const allowedList = listOf(allowed)
  return {
    faultOf(address, port) {
      const family = isIP(address) === 4 ? 'ipv4' : 'ipv6'
      if (allowedList.check(address, family)) return undefined
      if (privateList.check(address, family) || (family === 'ipv6' && !publicV6.check(address, family)))
        return 'private'
      if (webPorts.has(port)) return undefined
      // No firewall stands between a machine and its own public address; its front door is open to everybody anyway.
      return port < 1024 || otherPorts.has(port) || ownAddresses().includes(address) ? 'port' : undefined
    },
  }
}

/** `invalid`: no web address, or one with a name or password in it. */
export type AddressFault = 'invalid' | ReachFault
export type JudgeAddress = (url: string) => Promise<AddressFault | undefined>

type Resolve = (host: string) => Promise<readonly string[]>

/** A name that leads nowhere at the moment may be saved; nothing is sent before it leads to a public address. */
const resolveName: Resolve = async (host) => {
  const patience = new Promise<never[]>((resolve) => setTimeout(() => resolve([]), 2 * second).unref())
  const found = lookup(host, { all: true }).then(
    (answers) => answers.map(({ address }) => address),
    () => [],
  )
  return Promise.race([found, patience])
}

export function createJudge(reach: Reach, resolve: Resolve = resolveName): JudgeAddress {
  return async (url) => {
    if (!URL.canParse(url)) return 'invalid'
    const { protocol, username, password } = new URL(url)
    if (!['https:', 'http:'].includes(protocol) || username || password) return 'invalid'
    const { host, port } = placeOf(url)
    const isLocal = /(^|\.)localhost\.?$/.test(host)
    const addresses = isLocal ? ['127.0.0.1'] : isIP(host) === 0 ? await resolve(host) : [host]
    const faults = addresses.map((address) => reach.faultOf(address, port))
    return faults.includes('private') ? 'private' : faults.find(Boolean)
  }
}

/** Where a web address leads, its host without the brackets of IPv6. */
export function placeOf(url: string): { host: string; port: number } {
  const { protocol, hostname, port } = new URL(url)
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || (protocol === 'https:' ? 443 : 80) }
}
