import bcrypt from 'bcrypt'
import { afterEach, expect, test, vi } from 'vitest'
import { createPasswords, findWeakness } from './passwords.ts'

afterEach(() => void vi.restoreAllMocks())

test('a password matches its own hash, and nothing matches no hash', async () => {
  const passwords = createPasswords({ cost: 4 })
  const hash = await passwords.hash('a rather quiet harbour')
  expect(await passwords.matches('a rather quiet harbour', hash)).toBe(true)
  expect(await passwords.matches('a rather quiet harbou', hash)).toBe(false)
  expect(await passwords.matches('a rather quiet harbour', undefined)).toBe(false)
  expect(await passwords.matches('the hash of nobody', undefined)).toBe(false)
})

test('an unknown address costs one comparison of the same price', async () => {
  const passwords = createPasswords({ cost: 5 })
  const hash = await passwords.hash('a rather quiet harbour')
  const compare = vi.spyOn(bcrypt, 'compare')
  await passwords.matches('guess', hash)
  await passwords.matches('guess', undefined)
  const rounds = compare.mock.calls.map(([, compared]) => bcrypt.getRounds(compared as string))
  expect(rounds).toEqual([5, 5])
})

test('two hashes are made at once, twenty wait, and the rest is told to come again', async () => {
  let running = 0
  let most = 0
  const release: (() => void)[] = []
  const passwords = createPasswords({ cost: 4 })
  const hash = await passwords.hash('x')
  vi.spyOn(bcrypt, 'compare').mockImplementation(async () => {
    most = Math.max(most, ++running)
    await new Promise<void>((resolve) => release.push(resolve))
    running--
    return true
  })
  const attempts = Array.from({ length: 30 }, () => passwords.matches('x', hash))
  const outcomes = Promise.allSettled(attempts)
  while (release.length > 0 || running > 0) {
    release.shift()?.()
    await new Promise((resolve) => setImmediate(resolve))
  }
  const settled = await outcomes
  expect(most).toBe(2)
  expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(22)
  const refused = settled.filter((outcome) => outcome.status === 'rejected')
  expect(refused.map(({ reason }) => (reason as { code: string }).code)).toEqual(
    Array.from({ length: 8 }, () => 'auth.too_many_attempts'),
  )
})

test('a hash that fails gives its turn back', async () => {
  const passwords = createPasswords({ cost: 4 })
  const hash = await passwords.hash('x')
  const compare = vi.spyOn(bcrypt, 'compare').mockRejectedValue(new Error('broken') as never)
  for (let count = 0; count < 30; count++) await expect(passwords.matches('x', hash)).rejects.toThrow('broken')
  compare.mockRestore()
  expect(await passwords.matches('x', hash)).toBe(true)
})

test.each([
  'correct horse battery staple',
  'senha da padaria é longa',
  'パン屋さんの秘密の合言葉です',
  'x7#kQ!2mZp@9',
  'my dog likes 3 carrots',
])('%s is not easy to guess', (password) => {
  expect(findWeakness(password, ['Ana', 'ana@example.com', 'Padaria Ana'])).toBeUndefined()
})

test.each([
  ['common', 'Qwertyuiop123', []],
  ['the product twice', 'ParleyParley!', []],
  ['the business', 'PadariaAna2026', ['Padaria Ana']],
  ['the address', 'ana.souza@example', ['ana.souza@example.com']],
  ['one letter', 'aaaaaaaaaaaab', []],
  ['a telephone number', '5511987654321', []],
  ['a pattern', 'xyzxyzxyzxyz1', []],
])('%s is easy to guess', (_, password, readable) => {
  expect(findWeakness(password, readable)).toMatch(/guess|try/)
})
