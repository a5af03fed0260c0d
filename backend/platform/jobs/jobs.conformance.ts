import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { NewJob, Store } from '../store/store.ts'
import {
  countJobs,
  forgetFailedJobs,
  listFailedJobs,
  PermanentFailure,
  removeFailedJobs,
  retryFailedJob,
  RunAgainAt,
  startWorker,
  type Handlers,
  type Job,
  type Worker,
  type WorkerOptions,
} from './jobs.ts'

export type Driver = Store<Record<string, never>>['driver']

/** One empty store that may be opened again: after a restart, or by a second process. */
export type TestStore = { url: string; open: () => Promise<Driver>; remove: () => Promise<void> }

export const quiet = { info() {}, warn() {}, error() {} }

/** Every store passes exactly these tests. They use real, short times: a database has a clock of its own. */
export function describeJobs(name: string, createTestStore: () => Promise<TestStore>, more?: (kit: Kit) => void) {
  describe(`jobs on ${name}`, { timeout: 20_000 }, () => {
    let testStore: TestStore
    let driver: Driver
    let kit: Kit
    const workers: Worker[] = []
    const drivers: Driver[] = []

    beforeEach(async () => {
      testStore = await createTestStore()
      driver = await kit.open()
    })
    afterEach(async () => {
      await Promise.all(workers.splice(0).map((worker) => worker.stop()))
      await Promise.all(drivers.splice(0).map((opened) => opened.close()))
      await testStore.remove()
    })
    kit = {
      driver: () => driver,
      async open() {
        const opened = await testStore.open()
        drivers.push(opened)
        return opened
      },
      async close(opened) {
        drivers.splice(drivers.indexOf(opened), 1)
        await opened.close()
      },
      work(handlers, options = {}, on = driver) {
        const given = { log: quiet, stopMs: 200, pollMs: 50, backOff: () => 20, ...options }
        const worker = startWorker(on, handlers, given)
        workers.push(worker)
        return worker
      },
    }

    const { work, open, close } = kit
    const add = (...jobs: NewJob[]) => driver.schedule(jobs)

    test('a job runs once, when it is due and not before', async () => {
      const ran: number[] = []
      const handlers = { note: async () => void ran.push(Date.now()) }
      work(handlers)
      work(handlers)
      const due = Date.now() + 300
      await add(newJob('a', { runAt: new Date(due).toISOString() }))
      await until(() => ran.length > 0)
      await sleep(100)
      expect(ran).toHaveLength(1)
      expect(ran[0]! - due).toBeGreaterThanOrEqual(0)
      expect(ran[0]! - due).toBeLessThan(1000)
    })

    test('a job that is due starts at once after the commit', async () => {
      const waits: number[] = []
      work({ note: async ({ payload }) => void waits.push(Date.now() - Number(payload['at'])) })
      await add(newJob('warm up', { payload: { at: Date.now() } }))
      for (let i = 1; i <= 10; i++) {
        await driver.transaction((tx) => tx.schedule([newJob(`job ${i}`, { payload: { at: Date.now() } })]))
        await until(() => waits.length > i)
      }
      expect(waits.sort((a, b) => a - b)[5]).toBeLessThan(100)
    })

    test('the handler sees what was scheduled', async () => {
      const seen: Job[] = []
      work({ note: async (job) => void seen.push(job) })
      await add(newJob('a/b', { payload: { text: 'olá 👋 "\\', list: [1, null] }, attempts: 3 }))
      await until(() => seen.length > 0)
      expect(seen[0]).toEqual({
        id: expect.any(String),
        workspaceId: 'ws_1',
        kind: 'note',
        key: 'a/b',
        payload: { text: 'olá 👋 "\\', list: [1, null] },
        attempt: 1,
        attempts: 3,
      })
    })

    test('scheduling a key again moves and replaces the waiting job', async () => {
      await add(newJob('later'), newJob('sooner', inTime(60_000)))
      await add(newJob('later', inTime(60_000)), newJob('sooner', { payload: { version: 2 } }))
      const ran = recorder(work)
      await until(() => ran.length > 0)
      await sleep(50)
      expect(ran.map((job) => [job.key, job.payload])).toEqual([['sooner', { version: 2 }]])
    })

    test('the same key in one call counts once, and the last one wins', async () => {
      const ran = recorder(work)
      await add(newJob('a', { payload: { version: 1 } }), newJob('a', { payload: { version: 2 } }))
      await until(() => ran.length > 0)
      await sleep(50)
      expect(ran.map((job) => job.payload)).toEqual([{ version: 2 }])
    })

    test('a cancelled job does not run, and another workspace keeps its own', async () => {
      await add(newJob('a'), newJob('a', { workspaceId: 'ws_2' }), newJob('b'))
      await driver.cancel('ws_1', ['a', 'never scheduled'])
      const ran = recorder(work)
      await until(() => ran.length >= 2)
      await sleep(50)
      expect(ran.map((job) => `${job.workspaceId} ${job.key}`).sort()).toEqual(['ws_1 b', 'ws_2 a'])
    })

    test('a key that is scheduled during its own turn runs again, after that turn', async () => {
      const order: string[] = []
      const first = deferred()
      work({
        async note({ payload }) {
          order.push(`start ${payload['version']}`)
          if (payload['version'] === 1) await first.promise
          order.push(`end ${payload['version']}`)
        },
      })
      await add(newJob('a', { payload: { version: 1 } }))
      await until(() => order.length === 1)
      await add(newJob('a', { payload: { version: 2 } }))
      await add(newJob('a', { payload: { version: 3 }, queue: 'elsewhere' }))
      await sleep(50)
      first.resolve()
      await until(() => order.length === 4)
      await sleep(50)
      expect(order).toEqual(['start 1', 'end 1', 'start 3', 'end 3'])
    })

    test('a turn that fails after its key was scheduled again makes way for the new job', async () => {
      const ran: unknown[] = []
      const first = deferred()
      work({
        async note({ payload, attempt }) {
          ran.push([payload['version'], attempt])
          if (payload['version'] === 1) await first.promise.then(() => Promise.reject(new Error('no')))
        },
      })
      await add(newJob('a', { payload: { version: 1 } }))
      await until(() => ran.length === 1)
      await add(newJob('a', { payload: { version: 2 } }))
      first.resolve()
      await until(() => ran.length === 2)
      await sleep(80)
      expect(ran).toEqual([
        [1, 1],
        [2, 1],
      ])
    })

    test('cancelling during a turn makes it the last', async () => {
      const ran: number[] = []
      const first = deferred()
      work({
        async note({ attempt }) {
          ran.push(attempt)
          await first.promise
          throw new Error('no')
        },
      })
      await add(newJob('a'))
      await until(() => ran.length === 1)
      await driver.cancel('ws_1', ['a'])
      first.resolve()
      await sleep(100)
      expect(ran).toEqual([1])
      expect((await failed(driver)).jobs).toEqual([])
      await add(newJob('a'))
      await until(() => ran.length === 2)
    })

    test('of many schedulers of one new key, all succeed and one job waits', async () => {
      for (let round = 0; round < 5; round++) {
        const race = Array.from({ length: 12 }, () =>
          driver.transaction((tx) => tx.schedule([newJob(`key ${round}`), newJob(`other ${round}`)])),
        )
        await Promise.all(race)
      }
      const ran = recorder(work)
      await until(() => ran.length >= 10)
      await sleep(50)
      expect(new Set(ran.map((job) => job.key)).size).toBe(10)
      expect(ran).toHaveLength(10)
    })

    test('jobs of one queue run in order and never overlap: 300 jobs, 30 queues, scheduled in batches', async () => {
      const runAt = new Date().toISOString()
      const jobs = Array.from({ length: 300 }, (_, i) =>
        newJob(`job ${i}`, { runAt, queue: `queue ${i % 30}`, payload: { queue: i % 30, i } }),
      )
      for (let i = 0; i < 300; i += 60) await add(...jobs.slice(i, i + 60))
      const ran = new Map<number, number[]>()
      const open = new Set<number>()
      let overlaps = 0
      const note = async ({ payload }: Job) => {
        const queue = Number(payload['queue'])
        if (open.has(queue)) overlaps++
        open.add(queue)
        await sleep(1)
        ran.set(queue, [...(ran.get(queue) ?? []), Number(payload['i'])])
        open.delete(queue)
      }
      await Promise.all([work({ note }).runDue(), work({ note }, {}, await secondDriver()).runDue()])
      expect(overlaps).toBe(0)
      for (const [queue, order] of ran) expect(order).toEqual(Array.from({ length: 10 }, (_, i) => queue + 30 * i))
      expect(ran.size).toBe(30)
    })

    /** The JSON store belongs to one process and one worker; elsewhere a second one helps. */
    async function secondDriver(): Promise<Driver> {
      return name === 'PostgreSQL' ? open() : driver
    }

    test('a queue follows `runAt`, then the order of scheduling', async () => {
      const runAt = (ms: number) => new Date(Date.parse('2026-01-01T00:00:00Z') + ms).toISOString()
      const inQueue = (key: string, ms: number) => newJob(key, { runAt: runAt(ms), queue: 'q' })
      await add(inQueue('fifth', 1), inQueue('third', 0), inQueue('second', -1))
      await add(inQueue('fourth', 0), inQueue('sixth', 1))
      await add(inQueue('seventh', 1))
      await add(inQueue('first', -2))
      const steps: string[] = []
      work({
        async note({ key }) {
          steps.push(key)
          await sleep(5)
          steps.push('end')
        },
      })
      await until(() => steps.length === 14)
      const order = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh']
      expect(steps).toEqual(order.flatMap((key) => [key, 'end']))
    })

    test('a job that joins a queue waits for the one that runs, however early it was due', async () => {
      const first = deferred()
      const started: string[] = []
      work({
        async note({ key }) {
          started.push(key)
          if (key === 'first') await first.promise
        },
      })
      await add(newJob('first', { queue: 'q' }))
      await until(() => started.length === 1)
      await add(newJob('second', { queue: 'q', runAt: '2020-01-01T00:00:00.000Z' }))
      await sleep(80)
      expect(started).toEqual(['first'])
      first.resolve()
      await until(() => started.length === 2)
    })

    test('moving or cancelling the head of a queue lets the next one go', async () => {
      await add(...['1', '2', '3'].map((key) => newJob(key, { queue: 'q' })))
      await add(newJob('1', { queue: 'another', ...inTime(60_000) }))
      await driver.cancel('ws_1', ['2'])
      const ran = recorder(work)
      await until(() => ran.length === 1)
      expect(ran[0]!.key).toBe('3')
    })

    test('waiting queues fill every slot at once', async () => {
      const all = deferred()
      let started = 0
      const note = () => (++started === 8 ? all.resolve() : undefined, all.promise)
      work({ note }, { concurrency: 8, pollMs: 15_000 })
      await add(...Array.from({ length: 8 }, (_, i) => newJob(`job ${i}`, { queue: `queue ${i}` })))
      await until(() => started >= 8)
      expect(started).toBe(8)
    })

    test('a slow or failing queue holds up nobody else', async () => {
      const slow = deferred()
      const ran: string[] = []
      work({
        async note({ key, attempt }) {
          ran.push(`${key} ${attempt}`)
          if (key === 'slow') await slow.promise
          if (key === 'fails' && attempt === 1) throw new Error('no')
        },
      })
      await add(newJob('slow', { queue: 'a' }), newJob('behind slow', { queue: 'a' }))
      await until(() => ran.length === 1)
      await add(newJob('fails', { queue: 'b' }), newJob('behind fails', { queue: 'b' }))
      await add(newJob('other', { queue: 'c' }), newJob('other workspace', { queue: 'a', workspaceId: 'ws_2' }))
      await add(newJob('no queue'))
      const free = ['behind fails 1', 'fails 1', 'fails 2', 'no queue 1', 'other 1', 'other workspace 1']
      await until(() => ran.length === 7)
      expect(ran.slice(1).sort()).toEqual(free)
      slow.resolve()
      await until(() => ran.at(-1) === 'behind slow 1')
    })

    test('a failing job waits between its attempts and is kept as failed, with the reason', async () => {
      const at: number[] = []
      const asked: number[] = []
      const backOff = (attempt: number) => (asked.push(attempt), 40 * attempt)
      work({ note: async () => (at.push(Date.now()), Promise.reject(new Error('no answer'))) }, { backOff })
      await add(newJob('a', { attempts: 4, payload: { id: 7 } }))
      await until(async () => (await failed(driver)).jobs.length === 1)
      expect(at).toHaveLength(4)
      expect(asked).toEqual([1, 2, 3])
      for (const i of [1, 2, 3]) expect(at[i]! - at[i - 1]!).toBeGreaterThanOrEqual(40 * i)
      const { jobs } = await failed(driver)
      expect(jobs).toMatchObject([
        { workspaceId: 'ws_1', kind: 'note', key: 'a', payload: { id: 7 }, attempt: 4, reason: 'Error: no answer' },
      ])
      expect(Math.abs(Date.parse(jobs[0]!.failedAt) - Date.now())).toBeLessThan(5000)
    })

    test('a permanent failure ends a job at once', async () => {
      let calls = 0
      work({ note: async () => (calls++, Promise.reject(new PermanentFailure('The number does not exist'))) })
      await add(newJob('a', { queue: 'q' }))
      await until(async () => (await failed(driver)).jobs.length === 1)
      await sleep(50)
      expect(calls).toBe(1)
      expect((await failed(driver)).jobs).toMatchObject([{ attempt: 1, reason: 'The number does not exist' }])
    })

    test('a handler that asks to run again at a moment spends no attempt', async () => {
      const at: number[] = []
      work({
        async note({ attempt, attempts }) {
          at.push(Date.now())
          if (at.length <= 5) throw new RunAgainAt(new Date(Date.now() + 60))
          if (attempt < attempts) throw new Error('counts')
        },
      })
      await add(newJob('a', { attempts: 2, queue: 'q' }))
      await until(() => at.length === 7)
      await sleep(50)
      expect(at).toHaveLength(7)
      expect(at[1]! - at[0]!).toBeGreaterThanOrEqual(60)
      expect((await failed(driver)).jobs).toEqual([])
    })

    test('failed jobs are listed by workspace, the latest first, in pages', async () => {
      work({ note: async () => Promise.reject(new PermanentFailure('no')) }, { concurrency: 1 })
      for (const key of ['1', '2', '3', '4', '5']) {
        await add(newJob(key), newJob(`not ours ${key}`, { workspaceId: 'ws_10' }))
        await until(async () => (await failed(driver)).jobs.length === Number(key))
        await sleep(2)
      }
      const pages: string[] = []
      for (let after: string | null | undefined; after !== null;) {
        const page = await listFailedJobs(driver, 'ws_1', { limit: 2, ...(after ? { after } : {}) })
        pages.push(page.jobs.map((job) => job.key).join(''))
        after = page.next
      }
      expect(pages).toEqual(['54', '32', '1'])
    })

    test('jobs are counted by kind and by what they wait for', async () => {
      const first = deferred()
      const started: string[] = []
      work({
        async note({ key }) {
          started.push(key)
          if (key === 'runs') await first.promise
          if (key === 'fails') throw new PermanentFailure('no')
        },
      })
      const counted = async () => {
        const counts = await countJobs(driver, new Date())
        return Object.fromEntries(counts.map(({ kind, state, count }) => [`${kind} ${state}`, count]))
      }
      await add(newJob('runs'), newJob('fails'))
      await until(async () => started.length === 2 && (await failed(driver)).jobs.length === 1)
      await add(newJob('later', inTime(60_000)), newJob('later still', inTime(90_000)))
      await add(newJob('nobody runs this', { kind: 'unknown' }))
      expect(await counted()).toEqual({ 'note running': 1, 'note failed': 1, 'note waiting': 2, 'unknown due': 1 })
      first.resolve()
    })

    test('a failed job can be retried, by its own workspace, once', async () => {
      let works = false
      const ran: string[] = []
      work({
        async note({ attempt, attempts }) {
          ran.push(`${attempt} of ${attempts}`)
          if (!works) throw new PermanentFailure('no')
        },
      })
      await add(newJob('a', { queue: 'q' }))
      await until(async () => (await failed(driver)).jobs.length === 1)
      const { id } = (await failed(driver)).jobs[0]!
      works = true
      expect(await retryFailedJob(driver, 'ws_2', id, new Date())).toBe(false)
      expect(await retryFailedJob(driver, 'ws_1', 'nonsense', new Date())).toBe(false)
      expect(await retryFailedJob(driver, 'ws_1', id, new Date())).toBe(true)
      await until(() => ran.length === 2)
      await until(async () => !(await retryFailedJob(driver, 'ws_1', id, new Date())))
      expect(ran).toEqual(['1 of 8', '1 of 8'])
      expect((await failed(driver)).jobs).toEqual([])
    })

    test('failed jobs are removed when they are meant, and forgotten when they are old; others stay', async () => {
      work({ note: async ({ key }) => (key === 'fine' ? undefined : Promise.reject(new PermanentFailure('no'))) })
      await add(newJob('a'), newJob('b'), newJob('c'), newJob('fine'), newJob('a', { workspaceId: 'ws_10' }))
      await add(newJob('waits', inTime(60_000)))
      const keys = async (workspaceId: string) =>
        (await listFailedJobs(driver, workspaceId, { limit: 9 })).jobs.map(({ key }) => key).toSorted()
      await until(async () => (await keys('ws_1')).length === 3 && (await keys('ws_10')).length === 1)
      expect(await removeFailedJobs(driver, 'ws_1', ({ key }) => key === 'a')).toBe(1)
      expect([await keys('ws_1'), await keys('ws_10')]).toEqual([['b', 'c'], ['a']])
      const since = (milliseconds: number) => new Date(Date.now() - milliseconds)
      expect(await forgetFailedJobs(driver, since(60_000), 10)).toBe(0)
      expect(await forgetFailedJobs(driver, since(-1000), 2)).toBe(2)
      expect(await forgetFailedJobs(driver, since(-1000), 2)).toBe(1)
      expect([await keys('ws_1'), await keys('ws_10')]).toEqual([[], []])
      expect(await countJobs(driver, new Date())).toEqual([{ kind: 'note', state: 'waiting', count: 1 }])
    })

    test('scheduling the key of a failed job again replaces it', async () => {
      let works = false
      const ran: number[] = []
      work({
        async note({ attempt }) {
          ran.push(attempt)
          if (!works) throw new PermanentFailure('no')
        },
      })
      await add(newJob('a'))
      await until(async () => (await failed(driver)).jobs.length === 1)
      works = true
      await add(newJob('a'))
      await until(() => ran.length === 2)
      expect((await failed(driver)).jobs).toEqual([])
    })

    test('a transaction that rolls back leaves its jobs unscheduled and its cancelled jobs waiting', async () => {
      await add(newJob('kept', inTime(200)))
      const ran = recorder(work)
      const attempt = driver.transaction(async (tx) => {
        await tx.schedule([newJob('never'), newJob('kept', { payload: { changed: true } })])
        await tx.cancel('ws_1', ['kept'])
        throw new Error('stop')
      })
      await expect(attempt).rejects.toThrow('stop')
      await until(() => ran.length > 0)
      await sleep(50)
      expect(ran.map((job) => [job.key, job.payload])).toEqual([['kept', {}]])
    })

    test('a kind without a handler waits for a worker that has one', async () => {
      await add(newJob('a', { kind: 'new' }), newJob('b'))
      const ran = recorder(work)
      await until(() => ran.length === 1)
      await sleep(100)
      expect(ran[0]!.key).toBe('b')
      const later: string[] = []
      work({ new: async (job) => void later.push(job.key) })
      await until(() => later.length === 1)
    })

    test('stopping lets running turns finish and takes no other', async () => {
      const started: string[] = []
      let finished = 0
      async function note({ key }: Job) {
        started.push(key)
        await sleep(100)
        finished++
      }
      const worker = work({ note }, { concurrency: 2, stopMs: 5000 })
      await add(...['1', '2', '3', '4'].map((key) => newJob(key)))
      await until(() => started.length === 2)
      await worker.stop()
      expect(finished).toBe(2)
      await sleep(150)
      const rest = recorder(work)
      await until(() => rest.length === 2)
      expect([...started, ...rest.map((job) => job.key)].sort()).toEqual(['1', '2', '3', '4'])
      expect(rest.map((job) => job.attempt)).toEqual([1, 1])
    })

    test('stopping gives back the jobs of turns that do not end in time', async () => {
      const stuck = deferred()
      let started = 0
      const worker = work({ note: async () => (started++, stuck.promise) }, { stopMs: 50 })
      await add(newJob('a', { queue: 'q' }), newJob('b', { queue: 'q' }))
      await until(() => started === 1)
      await worker.stop()
      const ran = recorder(work)
      await until(() => ran.length === 2)
      expect(ran.map((job) => [job.key, job.attempt])).toEqual([
        ['a', 2],
        ['b', 1],
      ])
      stuck.resolve()
    })

    test('jobs survive a restart', async () => {
      await add(newJob('a', inTime(150)), newJob('b', { queue: 'q' }), newJob('c', { queue: 'q' }))
      await close(driver)
      driver = await open()
      const ran = recorder(work, driver)
      await until(() => ran.length === 3)
      expect(ran.map((job) => job.key).sort()).toEqual(['a', 'b', 'c'])
    })

    test('the job of a killed process runs again, and so does what stood behind it in its queue', async () => {
      await add(hanging('alone'), hanging('first', { queue: 'q' }), hanging('behind', { queue: 'q' }))
      await runAndKill('started alone', 'started first')
      const ran: Job[] = []
      work({ hang: async (job) => void ran.push(job) }, { heartbeatMs: 50 }, driver)
      await until(() => ran.length === 3)
      expect(ran.map((job) => [job.key, job.attempt]).sort()).toEqual([
        ['alone', 2],
        ['behind', 1],
        ['first', 2],
      ])
    })

    async function runAndKill(...words: string[]): Promise<void> {
      await close(driver)
      const child = startProcess(testStore.url)
      for (const word of words) await child.says(word)
      await child.kill()
      driver = await open()
    }

    test('a job that kills its process every time ends as failed', async () => {
      await add(hanging('deadly', { attempts: 1 }))
      await runAndKill('started deadly')
      work({ hang: async () => {} }, { heartbeatMs: 50 }, driver)
      await until(async () => (await failed(driver)).jobs.length === 1)
      expect((await failed(driver)).jobs).toMatchObject([{ key: 'deadly', attempt: 1, reason: /process stopped/ }])
    })

    test('a worker that was thought dead cannot finish the turn of its successor', async () => {
      const late = deferred()
      const second = deferred()
      const turns: string[] = []
      const note = async ({ key, attempt }: Job) => {
        turns.push(`${key} ${attempt}`)
        if (attempt === 1 && key === 'a') await late.promise
        if (attempt === 2) await second.promise.then(() => Promise.reject(new Error('once more')))
      }
      work({ note }, { heartbeatMs: 60_000, concurrency: 1 })
      await add(newJob('a', { queue: 'q' }), newJob('b', { queue: 'q' }))
      await until(() => turns.length === 1)
      await sleep(250)
      work({ note }, { heartbeatMs: 50 }, await secondDriver())
      await until(() => turns.length === 2)
      late.resolve()
      await sleep(150)
      expect(turns).toEqual(['a 1', 'a 2'])
      second.resolve()
      await until(() => turns.length === 4)
      await sleep(50)
      expect(turns.slice(2).sort()).toEqual(['a 3', 'b 1'])
    })

    test('ten thousand jobs of one transaction all run, once', { timeout: 60_000 }, async () => {
      const jobs = Array.from({ length: 10_000 }, (_, i) => newJob(`job ${i}`, i % 2 ? {} : { queue: `q ${i % 20}` }))
      await driver.transaction((tx) => tx.schedule(jobs))
      const ran = new Map<string, number>()
      const worker = work({ note: async ({ key }) => void ran.set(key, (ran.get(key) ?? 0) + 1) })
      await worker.runDue()
      expect(ran.size).toBe(10_000)
      expect([...ran.values()].every((times) => times === 1)).toBe(true)
    })

    test('a worker by hand runs nothing by itself and everything due when asked', async () => {
      const ran: string[] = []
      const worker = work({ note: async ({ key }) => void ran.push(key) }, { manual: true })
      await add(newJob('1', { queue: 'q' }), newJob('2', { queue: 'q' }), newJob('later', inTime(60_000)))
      await sleep(50)
      expect(ran).toEqual([])
      await worker.runDue()
      expect(ran).toEqual(['1', '2'])
      await worker.runDue()
      expect(ran).toEqual(['1', '2'])
    })

    more?.(kit)
  })
}

export type Kit = {
  driver(): Driver
  open(): Promise<Driver>
  close(driver: Driver): Promise<void>
  work(handlers: Handlers, options?: Partial<WorkerOptions>, on?: Driver): Worker
}

type ChildProcess = { says(word: string): Promise<void>; kill(): Promise<void> }

export function newJob(key: string, fields: Partial<NewJob> = {}): NewJob {
  const runAt = new Date().toISOString()
  return { workspaceId: 'ws_1', kind: 'note', key, runAt, payload: {}, attempts: 8, ...fields }
}

const hanging = (key: string, fields: Partial<NewJob> = {}) => newJob(key, { kind: 'hang', ...fields })

const inTime = (ms: number) => ({ runAt: new Date(Date.now() + ms).toISOString() })

const failed = (driver: Driver) => listFailedJobs(driver, 'ws_1', { limit: 100 })

function recorder(work: Kit['work'], driver?: Driver): Job[] {
  const ran: Job[] = []
  work({ note: async (job) => void ran.push(job) }, {}, driver)
  return ran
}

export async function until(isTrue: () => boolean | Promise<boolean>, limit = 10_000): Promise<void> {
  for (const end = Date.now() + limit; !(await isTrue()); await sleep(5)) {
    if (Date.now() > end) throw new Error('It did not happen in time')
  }
}

export function deferred() {
  return Promise.withResolvers<void>()
}

function startProcess(url: string): ChildProcess {
  const script = join(import.meta.dirname, 'hanging-process.ts')
  const child = spawn(process.execPath, [script, url], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.on('data', (chunk) => (said += String(chunk)))
  return {
    says: (word) => until(() => said.includes(word)),
    async kill() {
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}
