import { describe, expect, test } from 'vitest'
import { createJudge, createReach, readNetworks } from './public-address.ts'

describe('a web address that a person gives', () => {
  const leadsTo = (...addresses: string[]) =>
    createJudge(createReach([]), async () => addresses)('https://shop.example/hook')

  test.each(['http://93.184.216.34/', 'https://[2606:2800:220:1::1]/x', 'https://example.com:8443/'])(
    '%s is public',
    async (url) => expect(await createJudge(createReach([]), async () => ['93.184.216.34'])(url)).toBeUndefined(),
  )

  const inside = `http://127.0.0.1/ http://0x7f.1/ http://2130706433/ http://0177.0.0.1/ http://①②⑦.⓪.⓪.①/ http://0/ http://[::1]/
    http://[::]/ http://[::ffff:127.0.0.1]/ http://[::ffff:7f00:1]/ http://10.0.0.1/ http://172.16.0.1/ http://192.168.1.1/
    http://169.254.169.254/latest/meta-data/ http://100.64.0.1/ http://198.18.0.1/ http://224.0.0.1/ http://240.0.0.1/
    http://255.255.255.255/ http://[fc00::1]/ http://[fe80::1]/ http://[ff02::1]/ http://[64:ff9b::7f00:1]/
    http://[2002:7f00:1::]/ http://[2001:db8::1]/ http://[64:ff9b:1::7f00:1]/ http://[fec0::1]/ http://[::7f00:1]/
    http://[2001::1]/ http://[100::1]/ http://[5f00::1]/ http://[3fff::1]/ http://192.88.99.1/ http://localhost/ http://sub.localhost:8080/`
  test.each(inside.split(/\s+/))('%s is private', async (url) =>
    expect(await createJudge(createReach([]))(url)).toBe('private'),
  )

  test.each([
    'not an address',
    'ftp://example.com/',
    'file:///etc/passwd',
    'data:text/plain,x',
    'http://u:p@example.com/',
  ])('%s is none', async (url) => expect(await createJudge(createReach([]))(url)).toBe('invalid'))

  test('is judged by every address its name leads to', async () => {
    expect(await leadsTo('93.184.216.34', '10.0.0.1')).toBe('private')
    expect(await leadsTo('93.184.216.34', '2606:2800:220:1::1')).toBeUndefined()
  })

  test('whose name leads nowhere at the moment may be saved', async () => {
    expect(await leadsTo()).toBeUndefined()
  })

  test('may lead into the networks of the operator’s own, and no further', async () => {
    const judge = createJudge(createReach(readNetworks('10.20.0.0/16, 192.168.7.7, fd00:12::/32')!))
    expect(await judge('http://10.20.3.4/')).toBeUndefined()
    expect(await judge('http://192.168.7.7/')).toBeUndefined()
    expect(await judge('http://[fd00:12::9]/')).toBeUndefined()
    expect(await judge('http://10.21.0.1/')).toBe('private')
    expect(await judge('http://192.168.7.8/')).toBe('private')
  })
})

describe('the port of a web address', () => {
  const own = '198.200.1.2'
  const judge = createJudge(createReach(readNetworks('10.20.0.0/16')!, () => [own]))

  test.each(['', ':80', ':443', ':8080', ':8443', ':3000', ':65535'])('%s may belong to a website', async (port) => {
    expect(await judge(`http://93.184.216.34${port}/`)).toBeUndefined()
  })

  test.each([1, 21, 22, 23, 25, 53, 110, 143, 389, 445, 465, 587, 631, 993, 1023, 2049, 3306, 5432, 6379, 6667, 11211])(
    '%i does not',
    async (port) => {
      expect(await judge(`http://93.184.216.34:${port}/`)).toBe('port')
      expect(await judge(`https://[2606:2800:220:1::1]:${port}/`)).toBe('port')
      // What stands inside is said to be inside, whatever listens there.
      expect(await judge(`http://127.0.0.1:${port}/`)).toBe('private')
    },
  )

  test('is free in the networks of the operator’s own', async () => {
    expect(await judge('http://10.20.0.5:81/')).toBeUndefined()
    expect(await judge('http://10.20.0.5:5432/')).toBeUndefined()
  })

  test('is that of the front door at the addresses of this machine, where no firewall stands between', async () => {
    expect(await judge(`https://${own}/`)).toBeUndefined()
    expect(await judge(`http://${own}:9090/`)).toBe('port')
  })
})

test('networks are read from CIDR notation, and nothing else', () => {
  expect(readNetworks('10.0.0.0/8,::1')).toEqual(['10.0.0.0/8', '::1/128'])
  for (const wrong of ['10.0.0.0/33', '10.0.0/8', 'localhost', '10.0.0.0/8/8', '10.0.0.0/'])
    expect(readNetworks(wrong)).toBeUndefined()
})
