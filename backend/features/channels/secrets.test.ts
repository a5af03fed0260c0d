import { expect, test } from 'vitest'
import type { Channel } from '../../model/index.ts'
import { createVault, randomToken } from '../../platform/crypto.ts'
import { createSealer, credentialsOf } from './secrets.ts'

const key = randomToken()
const blank = {
  id: 'cha_1',
  workspaceId: 'ws_1',
  secretHints: {},
  accessToken: null,
  verifyToken: null,
  appSecret: null,
}

function makeSealer(vaultKey = key) {
  const warnings: string[] = []
  const sealer = createSealer({ vault: createVault([vaultKey]), warn: (message) => void warnings.push(message) })
  return { sealer, warnings }
}

const channel = (fields: Partial<Channel>) => ({ ...blank, ...fields }) as Channel

test('a secret opens in its own field of its own channel only', () => {
  const { sealer } = makeSealer()
  const sealed = channel(sealer.seal(channel({}), { accessToken: 'EAAB0123456789', appSecret: '0123456789abcdef' }))
  expect(sealer.open(sealed, 'accessToken')).toBe('EAAB0123456789')
  expect(sealer.open(sealed, 'verifyToken')).toBeNull()
  expect(sealer.open({ ...sealed, appSecret: sealed.accessToken }, 'appSecret')).toBeNull()
  expect(sealer.open({ ...sealed, id: 'cha_2' }, 'accessToken')).toBeNull()
  expect(sealer.open({ ...sealed, workspaceId: 'ws_2' }, 'accessToken')).toBeNull()
})

test('a secret that cannot be opened is told once', () => {
  const sealed = channel(makeSealer().sealer.seal(channel({}), { appSecret: '0123456789abcdef' }))
  const { sealer, warnings } = makeSealer(randomToken())
  expect([sealer.open(sealed, 'appSecret'), sealer.open(sealed, 'appSecret')]).toEqual([null, null])
  expect(warnings).toEqual(['The appSecret of channel cha_1 cannot be read: Sealed with a key that is not here'])
})

test('hints follow their secrets', () => {
  const { sealer } = makeSealer()
  const before = channel({ secretHints: { accessToken: 'wxyz', appSecret: '9876' } })
  expect(sealer.seal(before, { accessToken: null, verifyToken: 'a-verify-token-77' })).toMatchObject({
    accessToken: null,
    secretHints: { appSecret: '9876', verifyToken: 'n-77' },
  })
})

test('credentials need an id and a token', () => {
  const { sealer } = makeSealer()
  const token = sealer.seal(channel({}), { accessToken: 'EAAB0123456789' })
  expect(credentialsOf(sealer, channel(token))).toBeUndefined()
  expect(credentialsOf(sealer, channel({ phoneNumberId: '1065' }))).toBeUndefined()
  expect(credentialsOf(sealer, channel({ ...token, phoneNumberId: '1065', businessAccountId: null }))).toEqual({
    phoneNumberId: '1065',
    businessAccountId: null,
    accessToken: 'EAAB0123456789',
  })
})
