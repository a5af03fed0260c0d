import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { renderEnvExample } from '../scripts/env-example.ts'
import { ConfigError, loadConfig } from './config.ts'

const root = new URL('..', import.meta.url)

test('nothing has to be set', () => {
  const config = loadConfig({})
  expect(config).toMatchObject({
    PORT: 3000,
    REGISTRATION: 'closed',
    TRUSTED_PROXIES: 0,
    WHATSAPP_GRAPH_VERSION: 'v25.0',
  })
  expect(config.storeUrl).toBe(new URL('data/parley.json', root).href)
  expect(config.dataFolder).toBe(new URL('data', root).pathname)
})

test('an empty line in .env is no setting', () => {
  expect(loadConfig({ DATABASE_URL: '', APP_PASSWORD: ' ', PORT: ' 8080 ' })).toMatchObject({ PORT: 8080 })
  expect(loadConfig({ DATABASE_URL: '' }).DATABASE_URL).toBeUndefined()
})

test.each(['/proc/parley.json', '/proc', '/sys/x/parley.json', '/srv/../proc/parley.json'])(
  'DATA_FILE_PATH cannot be %s, where files are none',
  (path) => {
    expect(() => loadConfig({ DATA_FILE_PATH: path })).toThrow(
      'DATA_FILE_PATH expects the path of a file on a disk, so not below /proc or /sys.',
    )
    expect(loadConfig({ DATA_FILE_PATH: '/process/parley.json' }).dataFolder).toBe('/process')
  },
)

test('DATA_FILE_PATH decides where the JSON data lives, DATABASE_URL that it is not used', () => {
  expect(loadConfig({ DATA_FILE_PATH: '/srv/shop.json' })).toMatchObject({
    storeUrl: 'file:///srv/shop.json',
    dataFolder: '/srv',
  })
  const DATABASE_URL = 'postgres://parley:secret@db:5432/parley'
  expect(loadConfig({ DATABASE_URL }).storeUrl).toBe(DATABASE_URL)
})

test('cookies are secure when the public address is', () => {
  expect(loadConfig({ PUBLIC_URL: 'https://crm.example.com/' })).toMatchObject({
    PUBLIC_URL: 'https://crm.example.com',
    isHttps: true,
  })
  expect(loadConfig({ PUBLIC_URL: 'http://192.168.1.5:3000' }).isHttps).toBe(false)
})

test.each([
  ['PORT', 'x'],
  ['PORT', '70000'],
  ['PORT', '3000.5'],
  ['TRUSTED_PROXIES', '-1'],
  ['NODE_ENV', 'prod'],
  ['LOG_LEVEL', 'loud'],
  ['PUBLIC_URL', 'crm.example.com'],
  ['PUBLIC_URL', 'https://crm.example.com/parley'],
  ['DATABASE_URL', 'mysql://db/parley'],
  ['WHATSAPP_GRAPH_URL', 'graph.facebook.com'],
  ['WHATSAPP_GRAPH_VERSION', '25'],
  ['REGISTRATION', 'yes'],
  ['ENCRYPTION_KEY', 'short'],
  ['SESSION_IDLE_HOURS', '0'],
])('%s=%s is refused with the name and what is expected', (name, value) => {
  expect(() => loadConfig({ [name]: value })).toThrow(
    new RegExp(`^The configuration is not valid:\n  ${name} expects .+\\.$`),
  )
})

test.each([
  'changeme',
  'Change-Me!',
  'mysecret',
  'PASSWORD123',
  'your-secret-here',
  'aaaaaaaaaaaa',
  '123456789',
  'Seven-Otters-Sing',
])('the sample %s is no secret', (sample) => {
  for (const name of ['APP_PASSWORD', 'SETUP_CODE', 'WHATSAPP_APP_SECRET'])
    expect(() => loadConfig({ [name]: sample })).toThrow(ConfigError)
})

test('a repeated letter and the key of another product are no encryption keys', () => {
  for (const key of ['a'.repeat(40), '429683C4C977415CAAFCCE10F7D57E11', '0123456789abcdef'.repeat(2)])
    expect(() => loadConfig({ ENCRYPTION_KEY: key })).toThrow(/ENCRYPTION_KEY/)
})

test('all problems are told at once, without their values', () => {
  const problems = () => loadConfig({ PORT: 'x', APP_PASSWORD: 'hunter2', DATABASE_URL: 'secret@host' })
  expect(problems).toThrow(/PORT.*\n.*DATABASE_URL.*\n.*APP_PASSWORD/)
  expect(problems).not.toThrow(/hunter2|secret@host/)
})

test('a program with a wrong configuration ends with 78 and says why', () => {
  const code = `import('${new URL('config.ts', import.meta.url).href}').then(({ readConfig }) => readConfig())`
  const { status, stderr } = spawnSync(process.execPath, ['-e', code], {
    env: { ...process.env, PORT: 'x' },
    encoding: 'utf8',
  })
  expect({ status, stderr }).toEqual({ status: 78, stderr: expect.stringContaining('PORT expects a port number') })
})

test('.env.example is what `node scripts/env-example.ts` writes', () => {
  expect(readFileSync(new URL('.env.example', root), 'utf8')).toBe(renderEnvExample())
})
