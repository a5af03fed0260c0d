import { expect, test } from 'vitest'
import { checkIds } from '../../contract/doctor.ts'
import { findings, say, type FindingCode } from './findings.ts'
import { checkPasted, kindOf } from './pasted.ts'
import { checkAddress, isPrivateHost } from './callback.ts'

const codes = Object.keys(findings).filter((code) => code !== 'later') as FindingCode[]

test('every finding has a sentence of its own and belongs to a precondition', () => {
  const sentences = codes.map((code) => findings[code].sentence)
  expect(new Set(sentences).size).toBe(sentences.length)
  for (const code of codes) expect(checkIds).toContain(say(code).id)
})

test('what failed has a button, and no sentence is left with a gap', () => {
  const lines = codes.map((code) => say(code))
  expect(lines.filter(({ state, fix }) => state === 'failed' && fix === null)).toEqual([])
  expect(lines.filter(({ sentence }) => /[{}]/.test(sentence))).toEqual([])
})

const appId = '670843887433847'
const appSecret = '5f2b8c1d9e7a4063b1f0c4d8e6a29b37'
const accessToken = 'EAAGm0PX4ZCpsBASimulatorSystemUserTokenZBZCqkQ1m8vZAtXyZAl2uGZCbDZD'

test('what was pasted is told by its form', () => {
  expect(kindOf(appId)).toBe('app_id')
  expect(kindOf(` ${appSecret} `)).toBe('app_secret')
  expect(kindOf(accessToken)).toBe('token')
  expect(kindOf(`${appId}|${appSecret}`)).toBe('app_token')
  expect(kindOf('+1 555-078-3881')).toBe('phone')
  expect(kindOf('')).toBe('nothing')
  expect(checkPasted({ appId, appSecret, accessToken })).toEqual({})
})

test('values in each other’s fields are recognised', () => {
  const swapped = checkPasted({ appId: appSecret, appSecret: accessToken, accessToken: appSecret })
  expect(swapped.appId?.sentence).toMatch(/^This is the App Secret, not the App ID/)
  expect(swapped.appSecret?.sentence).toMatch(/^This is the access token, not the App Secret/)
  expect(swapped.token?.sentence).toMatch(/^This is the App Secret, not the token/)
})

test('addresses that Meta cannot reach are known', () => {
  for (const host of ['localhost', '127.0.0.1', '192.168.1.7', '172.20.0.2', '[::1]', 'nas.local', 'parley'])
    expect([host, isPrivateHost(host)]).toEqual([host, true])
  for (const host of ['crm.example.com', '8.8.8.8', '172.32.0.1', '[2001:db8::1]'])
    expect([host, isPrivateHost(host)]).toEqual([host, false])
})

test('the real Meta needs a public address with https, the simulator takes any', () => {
  expect(checkAddress('https://crm.example.com/api/webhooks/meta', true)).toBeUndefined()
  expect(checkAddress('http://crm.example.com/api/webhooks/meta', true)?.code).toBe('callback.not_https')
  expect(checkAddress('https://localhost:3000/api/webhooks/meta', true)?.code).toBe('callback.private')
  expect(checkAddress('http://localhost:3000/api/webhooks/meta', false)).toBeUndefined()
})
