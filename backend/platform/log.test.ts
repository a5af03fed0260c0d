import { expect, test } from 'vitest'
import { createLogs } from './log.ts'

function recordLogs(level?: string) {
  const lines: string[] = []
  const logs = createLogs({ ...(level ? { level } : {}), write: (line) => void lines.push(line) })
  return { logs, lines, fields: () => JSON.parse(lines.at(-1)!) as Record<string, unknown> }
}

test('a line says its category, level and instant', () => {
  const { logs, fields } = recordLogs()
  logs.security.warn({ ip: '203.0.113.9' }, 'a password was wrong')
  expect(fields()).toEqual({
    level: 'warn',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    category: 'security',
    ip: '203.0.113.9',
    msg: 'a password was wrong',
  })
})

test('what is done for a request or a job says so in each line, also later and beside others', async () => {
  const { logs, lines } = recordLogs()
  await Promise.all(
    ['a-1', 'a-2'].map((id) =>
      logs.within({ id }, async () => {
        await new Promise((later) => setImmediate(later))
        logs.within({ job: `send ${id}` }, () => logs.error.warn('refused'))
        logs.audit.info({ action: 'x' }, 'done')
      }),
    ),
  )
  logs.business.info('nobody asked')
  expect(lines.map((line) => JSON.parse(line)).map(({ id, job, msg }) => ({ id, job, msg }))).toEqual([
    { job: 'send a-1', msg: 'refused' },
    { id: 'a-1', msg: 'done' },
    { job: 'send a-2', msg: 'refused' },
    { id: 'a-2', msg: 'done' },
    { msg: 'nobody asked' },
  ])
})

test('secrets and message texts are left out wherever they are', () => {
  const { logs, lines } = recordLogs()
  const canary = 'canary-7f3a'
  const failure = new Error(`refused: Authorization: Bearer ${canary} for https://x.y/?access_token=${canary}&a=1`)
  failure.cause = { headers: { cookie: canary, Authorization: canary }, body: canary }
  logs.error.error(
    { error: failure, password: canary, accessToken: canary, nested: { list: [{ appSecret: canary }] } },
    'no',
  )
  logs.business.info({ message: { content: { text: canary }, type: 'text' } }, `password=${canary}`)
  logs.business.info(`bearer ${canary}`)
  expect(lines.join()).not.toContain(canary)
})

test('telephone numbers and e-mail addresses are masked, also inside sentences', () => {
  const { logs, fields } = recordLogs()
  logs.business.info(
    { phone: '+4917012345612', note: 'from 5511987654321, ana.b@example.com' },
    'called +55 11 98765-4321',
  )
  expect(fields()).toMatchObject({ phone: '+49•••12', note: 'from 551•••21, •••@example.com', msg: 'called +55•••21' })
})

test('ids of WhatsApp, which hold the number of a person, keep their end', () => {
  const { logs, lines, fields } = recordLogs()
  logs.business.info({ key: 'message wamid.HBgNNTUyMTk5ODg3NzY2NRUCABIYFjNFQjBDNDMxQzI2QTE5MTZFMDc0AA==' }, 'kept')
  expect(lines.join()).not.toContain('NTUyMTk5ODg3NzY2')
  expect(fields()).toMatchObject({ key: 'message wamid.•••MDc0AA==' })
})

test('ids, instants and counts stay readable', () => {
  const { logs, fields } = recordLogs()
  const line = { id: 'msg_01k9zq5v2j8w', at: '2026-11-21T09:00:00.000Z', bytes: 1_234_567_890, count: 3 }
  logs.business.info(line, 'kept')
  expect(fields()).toMatchObject(line)
})

test('control characters cannot forge or colour a line', () => {
  const { logs, lines, fields } = recordLogs()
  logs.security.warn({ agent: 'curl\r\n{"level":"info"}\u001b[31m\u2028x' }, 'visited\nby a stranger')
  expect(lines).toHaveLength(1)
  expect(['\r', '\u001b', '\u2028', '\n{'].filter((character) => lines[0]!.includes(character))).toEqual([])
  expect(fields()).toMatchObject({ agent: 'curl  {"level":"info"} [31m x', msg: 'visited by a stranger' })
})

test('an error keeps its stack, code and cause', () => {
  const { logs, fields } = recordLogs()
  const cause = Object.assign(new Error('reset'), { code: 'ECONNRESET' })
  logs.error.error({ error: new Error('failed', { cause }) }, 'no')
  expect(fields()['error']).toMatchObject({
    message: 'failed',
    stack: expect.stringContaining('log.test.ts'),
    cause: { message: 'reset', code: 'ECONNRESET' },
  })
})

test('the audit log is written whatever the level', () => {
  const { logs, lines } = recordLogs('error')
  logs.business.info('left out')
  logs.audit.info({ action: 'login' }, 'signed in')
  expect(lines).toHaveLength(1)
})
