import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { atMost, quantile, type Goal, type Section } from '../figures.ts'
import { buildRequest, runLoad } from '../load.ts'
import { callParley, startParley, startProgram, waitFor, type StoreKind } from '../processes.ts'
import { scrollContacts, type Scrolled } from './contacts-scroll.ts'
import { openChats } from './open.ts'
import { findQuestions, type Question } from '../scale/questions.ts'
import { divide, sizes, type Size } from '../scale/size.ts'

const goal = 100
const openGoal = 300
/** Of the frames while the table of contacts is scrolled, those that may take longer than 50 ms; and the wait after a jump. */
const lateGoal = 0.05
const jumpGoal = 500

/** What each page of the dashboard waits for, in a workspace of a large shop. */
export async function measureScale(
  store: StoreKind,
  { asked, quick }: { asked: number; quick: boolean },
): Promise<Section> {
  const size = quick ? divide(sizes[store], 10) : sizes[store]
  const parley = await startParley(store)
  await parley.stop()
  const url = parley.databaseUrl ?? pathToFileURL(parley.env['DATA_FILE_PATH']!).href
  await seed(url, size)
  const server = await startProgram('build/main.js', parley.env, '/livez')
  try {
    const rows = await askAll(server.port, parley.cookie, asked)
    const opened = await openChats(server.port, parley.cookie, quick ? 3 : 9)
    const scrolled = await scrollContacts(server.port, parley.cookie)
    return describe(store, size, asked, { rows, opened, scrolled })
  } finally {
    await server.stop()
    await parley.remove()
  }
}

export type Answered = { name: string; p50: number; p95: number; longest: number; refused: number }

export async function askAll(port: number, cookie: string, asked: number): Promise<Answered[]> {
  const questions = await findQuestions(async (path, body) => {
    const ask = () => callParley(port, body ? 'POST' : 'GET', `/api${path}`, body, cookie)
    // Once more when the server was late just then.
    const answer = await ask().catch(() => pause(6000).then(ask))
    return ((await answer.json()) as { data: never }).data
  })
  const rows: Answered[] = []
  for (const question of questions)
    rows.push({ name: question.name, ...(await answerOf(port, cookie, question, asked)) })
  return rows
}

async function answerOf(port: number, cookie: string, { name, paths, body }: Question, asked: number) {
  const text = body && JSON.stringify(body)
  const headers = { cookie, 'sec-fetch-site': 'same-origin' }
  const requests = paths.map((path) => buildRequest(body ? 'POST' : 'GET', `/api${path}`, headers, text))
  const run = (count: number) => {
    let index = 0
    const next = () => (index < count ? requests[index++ % requests.length] : undefined)
    return runLoad({ port, connections: 1, seconds: 120, next })
  }
  // A server that was late with the question before refuses what can wait, for a few seconds.
  const isCalm = async () => !('503' in (await run(requests.length)).statuses)
  await waitFor(isCalm, { seconds: 60, every: 1000 })
  const { statuses, p50, p95, longest } = await run(Math.max(asked, requests.length))
  const wrong = Object.keys(statuses).find((status) => status !== '200' && status !== '503')
  if (wrong) throw new Error(`${name}: answered with ${wrong}`)
  return { p50, p95, longest, refused: statuses['503'] ?? 0 }
}

type Found = { rows: readonly Answered[]; opened: number[] | undefined; scrolled: Scrolled | undefined }

function describe(store: StoreKind, size: Size, asked: number, { rows, opened, scrolled }: Found): Section {
  const count = (number: number) => number.toLocaleString('en-US')
  const slowest = rows.toSorted((a, b) => b.p95 - a.p95)
  const goals: Goal[] = slowest
    .filter(({ p95 }, index) => index === 0 || p95 > goal)
    .map(({ name, p95 }) => atMost(`p95 of “${name}” (ms)`, p95, goal))
  if (opened) goals.push(atMost('a chat opened in Chromium, median (ms)', quantile(opened, 0.5), openGoal))
  if (scrolled) {
    const { contacts, frames, late, middle, end } = scrolled
    const what = `frames over 50 ms while ${count(contacts)} contacts are scrolled, ${late} of ${frames}`
    goals.push(atMost(what, late / frames, lateGoal))
    goals.push(
      atMost(
        'rows there after the scrollbar is let go in the middle or at the end (ms)',
        Math.max(middle, end),
        jumpGoal,
      ),
    )
  }
  return {
    title: `A large shop, ${store}`,
    note: `${count(size.contacts)} contacts, ${count(size.conversations)} conversations, ${count(size.messages)} messages, ${count(size.leads)} leads. Milliseconds of ${asked} requests each, one after the other, after each path was asked once; “refused” were answered with 503 because the server was late. The goal names the slowest.${opened ? '' : ' There was no Chromium to open a chat in.'}`,
    columns: ['p50', 'p95', 'longest', 'refused'],
    rows: rows.map(({ name, p50, p95, longest, refused }) => ({ name, cells: [p50, p95, longest, refused] })),
    goals,
  }
}

/** In a process of its own, so that the bench's memory stays out of the way. */
function seed(url: string, size: Size): Promise<void> {
  const program = join(resolve(import.meta.dirname, '..'), 'scale/seed.ts')
  const child = spawn(process.execPath, ['--max-old-space-size=8192', program, url, JSON.stringify(size)], {
    stdio: 'inherit',
  })
  return new Promise((done, fail) =>
    child.on('exit', (code) => (code === 0 ? done() : fail(new Error(`seeding ended with ${code}`)))),
  )
}
