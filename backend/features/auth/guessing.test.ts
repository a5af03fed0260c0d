import bcrypt from 'bcrypt'
import { afterEach, describe, expect, test } from 'vitest'
import { openStores, openTestApp, owner, type TestApp } from '../../test/world.ts'
import { createPasswords } from './passwords.ts'

const stores = await openStores()

test('whoever tries many passwords from one address waits behind themselves, not before everybody else', async () => {
  const passwords = createPasswords({ cost: 9 })
  const hash = await passwords.hash('a rather quiet harbour')
  const order: string[] = []
  const guess = (from: string) => passwords.matches('x', hash, from).then(() => order.push(from))
  const attack = Array.from({ length: 20 }, () => guess('198.51.100.7'))
  const person = guess('203.0.113.9')
  await Promise.all([...attack, person])
  // Two are being made already, and one of each line comes next.
  expect(order.indexOf('203.0.113.9')).toBeLessThan(5)
})

describe.each(stores)('guessing from outside, on the $kind store', ({ databaseUrl }) => {
  let app: TestApp
  afterEach(() => app.close())
  const open = async () =>
    (app = await openTestApp({ databaseUrl: await databaseUrl(), env: { TRUSTED_PROXIES: '1' } }))
  const logIn = async (email: string, password: string, ip: string) => {
    const began = performance.now()
    const body = { email, password }
    const { status } = await app.call('POST', '/api/auth/login', body, {
      cookie: null,
      headers: { 'x-forwarded-for': ip },
    })
    return { status, ms: performance.now() - began }
  }

  test('a thousand accounts from one address: thirty are looked at, and people elsewhere sign in meanwhile', async () => {
    await open()
    const statuses: number[] = []
    // Twenty at a time: more in one process would measure the one who asks.
    const attack = Promise.all(
      Array.from({ length: 20 }, async (_, lane) => {
        for (let nth = 0; nth < 50; nth++)
          statuses.push((await logIn(`victim${lane}.${nth}@example.com`, 'Winter2026!!', '198.51.100.7')).status)
      }),
    )
    const people = []
    for (let nth = 0; nth < 10; nth++) people.push(await logIn(owner.email, owner.password, `203.0.${nth}.9`))
    await attack
    // On a busy machine the door may refuse some of them, too.
    expect(statuses.filter((status) => ![401, 429, 503].includes(status))).toEqual([])
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(30)
    expect(people.map(({ status }) => status)).toEqual(people.map(() => 200))
    // The slowest of all: 2 s with the real cost, asked of a machine that does other things as well.
    expect(Math.max(...people.map(({ ms }) => ms))).toBeLessThan(2000)
  })

  test('the time of an answer does not tell whether there is an account', async () => {
    await open()
    const times: { known: number[]; unknown: number[] } = { known: [], unknown: [] }
    // In turns, so that whatever else the machine does is in both.
    for (let nth = 0; nth < 120; nth++) {
      times.known.push((await logIn(owner.email, 'not the password', `10.${nth}.0.1`)).ms)
      times.unknown.push((await logIn('nobody@example.com', 'not the password', `10.${nth}.1.1`)).ms)
    }
    const median = (list: number[]) => list.toSorted((a, b) => a - b)[list.length / 2]!
    expect(Math.abs(median(times.known) - median(times.unknown))).toBeLessThan(5)
  })

  test('a password that was hashed with less work is hashed anew when its owner signs in', async () => {
    app = await openTestApp({ databaseUrl: await databaseUrl(), bcryptCost: 6 })
    const [other] = await app.app.store.system.users.find({ limit: 1 })
    await app.app.store.system.users.update(other!.id, { passwordHash: await bcrypt.hash(owner.password, 4) })
    expect((await logIn(owner.email, owner.password, '127.0.0.1')).status).toBe(200)
    const renewed = (await app.app.store.system.users.get(other!.id))!.passwordHash
    expect([bcrypt.getRounds(renewed), await bcrypt.compare(owner.password, renewed)]).toEqual([6, true])
    expect((await logIn(owner.email, owner.password, '127.0.0.1')).status).toBe(200)
  })
})
