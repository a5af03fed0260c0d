import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { CannotOpen, createVault, hashToken, lastFour, openVault, randomToken, safeEqual } from './crypto.ts'

const key = randomToken()
const place = 'ws_1/cha_1/accessToken'

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-crypto-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}

test('what was sealed opens again, and no two seals look alike', () => {
  const vault = createVault([key])
  const [one, other] = [vault.seal('EAAB ünï', place), vault.seal('EAAB ünï', place)]
  expect(one).not.toBe(other)
  expect([vault.open(one, place), vault.open(other, place)]).toEqual(['EAAB ünï', 'EAAB ünï'])
})

test('a sealed value opens only in its own place', () => {
  const vault = createVault([key])
  expect(() => vault.open(vault.seal('token', place), 'ws_2/cha_1/accessToken')).toThrow(CannotOpen)
})

test.each([
  ['a changed byte', (sealed: string) => sealed.slice(0, -2) + (sealed.at(-2) === 'A' ? 'B' : 'A') + sealed.at(-1)],
  ['a cut end', (sealed: string) => sealed.slice(0, -8)],
  ['nothing behind the key id', (sealed: string) => sealed.split('.').slice(0, 2).join('.')],
  ['plain text', () => 'EAAB-plain'],
  ['an empty string', () => ''],
])('%s does not open', (_, damage) => {
  const vault = createVault([key])
  expect(() => vault.open(damage(vault.seal('token', place)), place)).toThrow(CannotOpen)
})

test('a new key in front seals, and the old one behind it still opens', () => {
  const [before, next] = [createVault([key]), randomToken()]
  const rotated = createVault([next, key])
  const old = before.seal('token', place)
  expect(rotated.open(old, place)).toBe('token')
  expect(() => before.open(rotated.seal('token', place), place)).toThrow(CannotOpen)
  expect(() => createVault([next]).open(old, place)).toThrow(CannotOpen)
})

test('the key file is made once, for this user only', async () => {
  const folder = join(await makeFolder(), 'data')
  const vaults = await Promise.all(Array.from({ length: 8 }, () => openVault({ dataFolder: folder })))
  const sealed = vaults[0]!.seal('token', place)
  expect(vaults.map((vault) => vault.open(sealed, place))).toEqual(Array.from({ length: 8 }, () => 'token'))
  expect((await stat(join(folder, 'encryption.key'))).mode & 0o777).toBe(0o600)
  expect((await openVault({ dataFolder: folder })).open(sealed, place)).toBe('token')
})

test('a damaged key file is refused, not replaced', async () => {
  const folder = await makeFolder()
  await writeFile(join(folder, 'encryption.key'), 'short')
  await expect(openVault({ dataFolder: folder })).rejects.toThrow(/encryption\.key is damaged/)
  expect(await readFile(join(folder, 'encryption.key'), 'utf8')).toBe('short')
})

test('a configured key needs no file', async () => {
  const vault = await openVault({ ENCRYPTION_KEY: [key], dataFolder: '/nowhere/at/all' })
  expect(createVault([key]).open(vault.seal('token', place), place)).toBe('token')
})

test('signatures differ by purpose and by key', () => {
  const [vault, other] = [createVault([key]), createVault([randomToken()])]
  expect(vault.sign('cookie', 'a')).toBe(createVault([key]).sign('cookie', 'a'))
  expect(
    new Set([vault.sign('cookie', 'a'), vault.sign('code', 'a'), vault.sign('cookie', 'b'), other.sign('cookie', 'a')])
      .size,
  ).toBe(4)
})

test('comparison takes texts of any length', () => {
  expect(safeEqual('a', 'a')).toBe(true)
  expect(safeEqual('', 'a')).toBe(false)
  expect(safeEqual('ä'.repeat(1000), 'a')).toBe(false)
})

test('a short secret shows nothing of itself', () => {
  expect(lastFour('EAAB12345678wxyz')).toBe('wxyz')
  expect(lastFour('parley')).toBe('••••')
})

test('a token has 256 random bits, and its hash does not contain it', () => {
  const token = randomToken()
  expect(Buffer.from(token, 'base64url')).toHaveLength(32)
  expect(hashToken(token)).not.toContain(token)
})
