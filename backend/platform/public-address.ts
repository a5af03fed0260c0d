import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'
import { second } from './clock.ts'

/*
 * Which web addresses a person may give, judged before they are saved, so that the one who typed it hears of it. The HTTP
 * client judges again when it connects: a name may lead elsewhere by then.
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
 * - invalid: no web address, or one with a name or password in it
 * - private: it leads, or its name leads, into a network that is neither public nor allowed by the operator
 */
export type AddressFault = 'invalid' | 'private'
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

export function createJudge(allowed: readonly string[], resolve: Resolve = resolveName): JudgeAddress {
  const allowedList = listOf(allowed)
  const isPublic = (address: string) => {
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6'
    if (allowedList.check(address, family)) return true
    return !privateList.check(address, family) && (family === 'ipv4' || publicV6.check(address, family))
  }
  return async (url) => {
    if (!URL.canParse(url)) return 'invalid'
    const { protocol, username, password, hostname } = new URL(url)
    if (!['https:', 'http:'].includes(protocol) || username || password) return 'invalid'
    const host = hostname.replace(/^\[|\]$/g, '')
    if (/(^|\.)localhost\.?$/.test(host)) return allowedList.check('127.0.0.1') ? undefined : 'private'
    const addresses = isIP(host) === 0 ? await resolve(host) : [host]
    return addresses.every(isPublic) ? undefined : 'private'
  }
}
