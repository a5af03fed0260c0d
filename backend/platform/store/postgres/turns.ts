import type { Pool } from 'pg'
import type { FailedJobs, Job, JobCount, Outcome } from '../../jobs/jobs.ts'
import type { NewJob } from '../port.ts'
import { queuesLock, scheduleJobs, type Client } from './jobs.ts'

/** A row of graphile-worker as its task receives it. */
export type Turn = {
  id: string
  key: string | null
  attempts: number
  max_attempts: number
  payload: unknown
  locked_by: string | null
}

type Flags = { next: string | null } | null

/*
 * graphile-worker deletes a job by its id when a task returns, whoever has the job by then. So a job that goes on (another
 * attempt, a failure to keep, a turn taken from a dead worker) gets a new id, and that deletion finds nothing.
 */
const jobs = 'graphile_worker._private_jobs'
const freed = 'id = default, locked_at = null, locked_by = null, updated_at = now()'

/** Ends a turn, unless it is no longer this worker's: then somebody else has it, or its job is gone. */
export async function endTurn(pool: Pool, turn: Turn, outcome: Outcome): Promise<void> {
  const mine = [turn.id, turn.locked_by]
  const ended = await endWith(pool, outcome, mine)
  if (ended === 0) await inTransaction(pool, (client) => endReplaced(client, mine))
}

async function endWith(client: Client, outcome: Outcome, mine: unknown[]): Promise<number> {
  const where = 'where id = $1 and locked_by = $2 and flags is null returning job_queue_id'
  switch (outcome.as) {
    case 'done':
      return freeQueue(client, `delete from ${jobs} ${where}`, mine)
    case 'failed': {
      const set = `${freed}, max_attempts = attempts, last_error = $3`
      return freeQueue(client, `update ${jobs} set ${set} ${where}`, [...mine, outcome.reason])
    }
    case 'waiting': {
      const set = `${freed}, run_at = $4, attempts = attempts - $5, last_error = $3`
      const values = [...mine, outcome.reason, outcome.runAt, outcome.isCounted ? 0 : 1]
      return freeQueue(client, `update ${jobs} set ${set} ${where}`, values)
    }
  }
}

/** The key was scheduled again or cancelled during the turn, or the turn was lost. */
async function endReplaced(client: Client, mine: unknown[]): Promise<void> {
  const where = 'where id = $1 and locked_by = $2'
  const found = await client.query<{ flags: Flags }>(`select flags from ${jobs} ${where} for update`, mine)
  await freeQueue(client, `delete from ${jobs} ${where} returning job_queue_id`, mine)
  await scheduleNext(client, found.rows)
}

async function freeQueue(client: Client, change: string, values: unknown[]): Promise<number> {
  const text = `with ended as (${change}), freed as (
    update graphile_worker._private_job_queues as queues set locked_at = null, locked_by = null
    from ended where queues.id = ended.job_queue_id and queues.locked_by = $2
  ) select count(*)::int as count from ended`
  const result = await client.query<{ count: number }>(text, values)
  return result.rows[0]!.count
}

async function scheduleNext(client: Client, ended: { flags: Flags }[]): Promise<void> {
  const next = ended.flatMap(({ flags }) => (flags?.next ? [JSON.parse(flags.next) as NewJob] : []))
  if (next.length > 0) await scheduleJobs(client, next)
}

/** Says that this worker is alive, and answers the workers that have not said so for too long. */
export async function sendHeartbeat(client: Client, worker: string, longestSilenceMs: number): Promise<string[]> {
  const beat = 'insert into job_workers values ($1, now()) on conflict (id) do update set seen_at = excluded.seen_at'
  await client.query(beat, [worker])
  const silent = `select id from job_workers where seen_at < now() - $1 * interval '1 millisecond'`
  const found = await client.query<{ id: string }>(silent, [longestSilenceMs])
  return found.rows.map(({ id }) => id)
}

/** Gives back the jobs and queues of workers that are gone. Otherwise graphile-worker would keep them for four hours. */
export function releaseWorkers(pool: Pool, workers: readonly string[]): Promise<void> {
  return inTransaction(pool, async (client) => {
    const replaced = `delete from ${jobs} where locked_by = any($1) and flags is not null returning flags`
    const next = await client.query<{ flags: Flags }>(replaced, [workers])
    const reason = `case when attempts < max_attempts then last_error else 'The process stopped while it ran this job' end`
    await client.query(`update ${jobs} set ${freed}, last_error = ${reason} where locked_by = any($1)`, [workers])
    await client.query('select graphile_worker.force_unlock_workers($1)', [workers])
    await client.query('delete from job_workers where id = any($1)', [workers])
    await scheduleNext(client, next.rows)
    await wakeWorkers(client)
  })
}

/** Removes what nobody needs any more. Every take looks at all queues, so empty ones cost time. */
export function sweep(pool: Pool): Promise<void> {
  return inTransaction(pool, async (client) => {
    await client.query(`delete from ${jobs} where key is null and locked_at is null`)
    const lock = await client.query<{ held: boolean }>('select pg_try_advisory_xact_lock($1) as held', [queuesLock])
    if (!lock.rows[0]!.held) return
    await client.query(`delete from graphile_worker._private_job_queues as queues
      where locked_at is null and not exists (select from ${jobs} as jobs where jobs.job_queue_id = queues.id)`)
  })
}

/** Milliseconds until the earliest waiting job is due, negative when it is; by the clock of the database. */
export async function findNextWait(client: Client): Promise<number | undefined> {
  const text = `select extract(epoch from run_at - clock_timestamp())::float8 * 1000 as wait
    from ${jobs} where is_available order by priority, run_at limit 1`
  const found = await client.query<{ wait: number }>({ name: 'next-job', text })
  return found.rows[0]?.wait
}

/** Whether a job of these kinds is due, or this worker has one. */
export async function hasWork(client: Client, kinds: readonly string[], worker: string): Promise<boolean> {
  const text = `select from ${jobs} as jobs
    join graphile_worker._private_tasks as tasks on tasks.id = jobs.task_id and tasks.identifier = any($1)
    where jobs.is_available and jobs.run_at <= now() or jobs.locked_by = $2 limit 1`
  return (await client.query(text, [kinds, worker])).rows.length > 0
}

export async function listFailed(
  client: Client,
  workspaceId: string,
  { limit, after }: { limit: number; after?: string },
): Promise<FailedJobs> {
  const text = `select jobs.id, identifier as kind, key, payload, attempts as attempt, coalesce(last_error, '') as reason,
      to_char(jobs.updated_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "failedAt"
    from ${jobs} as jobs join graphile_worker._private_tasks as tasks on tasks.id = jobs.task_id
    where not is_available and locked_at is null and starts_with(key, $1) and jobs.id < coalesce($2, 9223372036854775807)
    order by jobs.id desc limit $3`
  const found = await client.query(text, [`${workspaceId}/`, after ?? null, limit + 1])
  const page = found.rows.slice(0, limit).map((row) => ({ ...row, workspaceId, key: splitKey(row.key).key }))
  return { jobs: page, next: found.rows.length > limit ? page.at(-1).id : null }
}

export async function retryFailed(
  client: Client,
  workspaceId: string,
  id: string,
  { runAt, attempts }: { runAt: string; attempts: number },
): Promise<boolean> {
  if (!/^\d{1,18}$/.test(id)) return false
  const text = `update ${jobs} set run_at = $3, attempts = 0, max_attempts = $4, updated_at = now()
    where id = $1 and starts_with(key, $2) and not is_available and locked_at is null`
  const changed = await client.query(text, [id, `${workspaceId}/`, runAt, attempts])
  if (changed.rowCount === 0) return false
  await wakeWorkers(client)
  return true
}

export async function removeFailed(client: Client, workspaceId: string, ids: readonly string[]): Promise<number> {
  const text = `delete from ${jobs} where id = any($1) and starts_with(key, $2) and not is_available and locked_at is null`
  return (await client.query(text, [ids, `${workspaceId}/`])).rowCount ?? 0
}

export async function forgetFailed(client: Client, before: Date, limit: number): Promise<number> {
  const text = `delete from ${jobs} where id in (
      select id from ${jobs} where not is_available and locked_at is null and updated_at < $1
      order by updated_at limit $2 for update skip locked
    )`
  return (await client.query(text, [before, limit])).rowCount ?? 0
}

export function toJob(kind: string, { id, key, payload, attempts, max_attempts }: Turn): Job {
  const fields = payload as Job['payload']
  return { id, kind, ...splitKey(key ?? '/'), payload: fields, attempt: attempts, attempts: max_attempts }
}

function splitKey(key: string): { workspaceId: string; key: string } {
  const slash = key.indexOf('/')
  return { workspaceId: key.slice(0, slash), key: key.slice(slash + 1) }
}

/** As graphile-worker's own functions do after they added a job. */
async function wakeWorkers(client: Client): Promise<void> {
  await client.query(`select pg_notify('jobs:insert', '{"r":' || random()::text || ',"count":1}')`)
}

async function inTransaction<T>(pool: Pool, run: (client: Client) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    const result = await run(client)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  } finally {
    client.release()
  }
}

export async function countJobs(client: Client): Promise<JobCount[]> {
  const state = `case when locked_at is not null then 'running' when not is_available then 'failed'
    when run_at <= now() then 'due' else 'waiting' end`
  const text = `select identifier as kind, ${state} as state, count(*)::int as count from ${jobs} as jobs
    join graphile_worker._private_tasks as tasks on tasks.id = jobs.task_id group by 1, 2`
  return (await client.query<JobCount>(text)).rows
}
