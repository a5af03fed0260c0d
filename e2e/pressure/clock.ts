import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { waitUntil } from '../house.ts'
import { startOwnPostgres } from './own-postgres.ts'
import { openShop, type Shop } from './shop.ts'

const libraries = ['x86_64', 'aarch64'].map((cpu) => `/usr/lib/${cpu}-linux-gnu/faketime/libfaketime.so.1`)

/** The clock of the real process is set while things wait for their time. What was meant for the night comes once, or is named. */
export async function clock({ env }: { env: Record<string, string> }): Promise<string[]> {
  const library = libraries.find((path) => existsSync(path))
  if (!library) {
    console.warn('SKIPPED: the clock was not set. Install libfaketime (apt install faketime).')
    return []
  }
  const folder = await mkdtemp(join(tmpdir(), 'parley-clock-'))
  const file = join(folder, 'time')
  await writeFile(file, '+0')
  // PostgreSQL runs in another account.
  await chmod(folder, 0o755)
  const faked = {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    // Timers go on as they do when a real clock is set.
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  }
  const database = env['DATABASE_URL'] ? await startOwnPostgres(faked) : undefined
  if (env['DATABASE_URL'] && !database) {
    console.warn('SKIPPED: the clock of PostgreSQL was not set. Install its programs (apt install postgresql).')
    return []
  }
  const shop = await openShop({
    customers: 4,
    env: { ...faked, FOLLOW_UP_INTERVAL_MS: '500', ...(database ? { DATABASE_URL: database.url } : {}) },
  })
  try {
    return await setTheClock(shop, (offset) => writeFile(file, offset))
  } finally {
    await shop.close()
    await database?.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

const second = 1000
const hour = 3600 * second
async function setTheClock(shop: Shop, set: (offset: string) => Promise<void>): Promise<string[]> {
  const { ask, simulator } = shop
  const problems: string[] = []
  const [first, other, third] = shop.conversations as [string, string, string, string]
  let offset = 0
  const now = () => Date.now() + offset * second
  const inTime = (ms: number) => new Date(now() + ms).toISOString()
  const step = async (seconds: number) => {
    offset += seconds
    await set(`${offset >= 0 ? '+' : ''}${offset}`)
    // Signing in and asking go on; nobody is signed out by less than a day.
    await ask('GET', '/api/auth/me')
  }
  const plan = (text: string, ms: number) =>
    ask('POST', '/api/scheduled-messages', {
      message: { conversationId: first, type: 'text', content: { text } },
      sendAt: inTime(ms),
    })
  const remind = (note: string, ms: number) =>
    ask('POST', '/api/reminders', { conversationId: other, note, dueAt: inTime(ms) })
  const textsOut = () => simulator.ledger.accepted.map(({ body }) => (body as { text: { body: string } }).text.body)
  const planned = async () =>
    (
      await ask<{ scheduled: { content: { text: string }; state: string; error: { code: string } | null }[] }>(
        'GET',
        '/api/scheduled-messages',
      )
    ).scheduled
  const told = async () =>
    (await ask<{ notifications: { kind: string; preview: string }[] }>('GET', '/api/notifications')).notifications
  const expectThat = (holds: boolean, what: string) => void (holds || problems.push(what))

  await ask('PATCH', '/api/settings/automation', {
    followUps: { enabled: true, afterHours: 1, kind: 'text', text: 'Still there?', businessHoursOnly: false },
  })

  // A little back: what is due soon comes at its own time, once.
  await plan('soon', 4 * second)
  await remind('soon', 4 * second)
  await step(-1)
  await pause(3500)
  expectThat(textsOut().length === 0, 'after −1 s a message went out early')
  await waitUntil(async () => textsOut().length === 1, 45).catch(() =>
    problems.push('after −1 s a planned message did not come'),
  )
  await waitUntil(async () => (await told()).length === 1, 45).catch(() =>
    problems.push('after −1 s a reminder did not come'),
  )

  // An hour back: nothing early, nothing again; what people send goes at once.
  await plan('later', 30 * 60 * second)
  await remind('later', 30 * 60 * second)
  await step(-3600)
  await ask('POST', '/api/messages', { conversationId: third, type: 'text', content: { text: 'by hand' } })
  await waitUntil(async () => textsOut().includes('by hand'), 10).catch(() =>
    problems.push('after −1 h a message did not leave'),
  )
  await pause(3000)
  expectThat(textsOut().length === 2, `after −1 h went out: ${textsOut()}`)
  expectThat((await told()).length === 1, 'after −1 h a reminder came again, or early')

  // Forward to a little after the time: late, but on the same morning, and all at once.
  await ask('PATCH', `/api/conversations/${third}`, { snoozedUntil: inTime(80 * 60 * second) })
  await step(3600 + 40 * 60)
  await waitUntil(async () => textsOut().includes('later'), 45).catch(() =>
    problems.push('after +100 min a planned message did not come'),
  )
  await waitUntil(async () => (await told()).filter(({ kind }) => kind === 'reminder').length === 2, 45).catch(() =>
    problems.push('after +100 min a reminder did not come'),
  )

  // Two days: a message for tomorrow morning is not sent the day after at four; the person is told instead.
  await plan('good morning', 12 * hour)
  await plan('next week', 7 * 24 * hour)
  await remind('tomorrow', 12 * hour)
  await step(2 * 86_400)
  await waitUntil(async () => (await told()).length >= 5, 45).catch(() => problems.push('after +2 d nobody was told'))
  await pause(2000)
  const rows = new Map(
    (await planned()).map(({ content, state, error }) => [content.text, `${state} ${error?.code ?? ''}`.trim()]),
  )
  expectThat(
    rows.get('good morning') === 'refused later.missed',
    `after +2 d the message of yesterday is ${rows.get('good morning')}`,
  )
  expectThat(rows.get('next week') === 'waiting', `after +2 d the message of next week is ${rows.get('next week')}`)
  const followUps = textsOut().filter((text) => text === 'Still there?').length
  expectThat(followUps === 0, `${followUps} follow-ups went out two days late`)

  // What was due at the old time comes once more or never, also after kill -9.
  await shop.house.kill()
  await shop.house.restart()
  await pause(3000)
  const out = textsOut().toSorted().join(', ')
  expectThat(out === 'by hand, later, soon', `all in all went out: ${out}`)
  const kinds = (await told())
    .map(({ kind, preview }) => `${kind} ${preview.slice(0, 8)}`)
    .toSorted()
    .join(', ')
  expectThat(
    kinds === 'not_sent Parley w, reminder later, reminder soon, reminder tomorrow, woke Hello, I',
    `all in all was told: ${kinds}`,
  )
  console.log(`  −1 s, −1 h, +100 min, +2 d: ${out} went out; told: ${kinds}`)
  return problems
}
