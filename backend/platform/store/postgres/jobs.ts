import { Logger, runMigrations } from 'graphile-worker'
import pg from 'pg'
import type { NewJob } from '../port.ts'

/*
 * Jobs on PostgreSQL live in graphile-worker's tables: its queue is our queue, its key is workspace and key, its task is
 * our kind. What its functions do not offer is done here on its tables, so its version is pinned exactly.
 *
 * While a job runs, `flags.next` holds what was decided about its key meanwhile: the job that follows it (as JSON text), or
 * null when it was cancelled. See turns.ts.
 */
export type Client = Pick<pg.ClientBase, 'query'>

/** Held shared while jobs join queues, exclusively while empty queues are removed: a job must not lose its queue. */
export const queuesLock = 7_402_011
const migrationLock = 7_402_012

/** Adds jobs on the caller's client, so they exist exactly when its transaction commits. */
export async function scheduleJobs(client: Client, jobs: readonly NewJob[]): Promise<void> {
  const missing = new Map(jobs.map((job, index) => [jobKey(job.workspaceId, job.key), { index, job }]))
  // A waiting job that a worker takes while this runs swallows its replacement, so those are tried again: now it is running.
  while (missing.size > 0) {
    const rows = [...missing].map(([key, { index, job }]) => ({ index, key, queue: queueName(job), job }))
    const values = [JSON.stringify(rows), queuesLock]
    const placed = await client.query<{ key: string }>({ name: 'schedule-jobs', text: scheduleSql, values })
    for (const { key } of placed.rows) missing.delete(key)
  }
}

/** Marks before it removes: a job that is taken in between has the mark, and is not tried again. */
export async function cancelJobs(client: Client, workspaceId: string, keys: readonly string[]): Promise<void> {
  const names = [...new Set(keys)].sort().map((key) => jobKey(workspaceId, key))
  await client.query(`update graphile_worker._private_jobs set flags = '{"next": null}' where key = any($1)`, [names])
  await client.query('delete from graphile_worker._private_jobs where key = any($1) and locked_at is null', [names])
}

/** Brings graphile-worker's tables up to date, one process at a time, and adds the heartbeats of our workers. */
export async function migrateJobs(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [migrationLock])
    await runMigrations({ connectionString, logger: new Logger(() => () => {}) })
    await client.query('create table if not exists job_workers (id text primary key, seen_at timestamptz not null)')
  } finally {
    await client.end()
  }
}

/** Ids of workspaces contain no slash, so the first one ends the workspace. */
function jobKey(workspaceId: string, key: string): string {
  return `${workspaceId}/${key}`
}

function queueName({ workspaceId, queue }: NewJob): string | null {
  return queue === undefined ? null : jobKey(workspaceId, queue)
}

/*
 * - parked: keys that run now get their successor noted on the running job
 * - taken:  graphile-worker orders a queue by `run_at` alone, so each job that shares queue and millisecond with an earlier
 *           one is placed a microsecond behind it (more than a thousand of those in several calls may change places)
 */
const scheduleSql = `
with held as materialized (select pg_advisory_xact_lock_shared($2)),
asked as (
  select index, key, queue, job, (job->>'runAt')::timestamptz as run_at
  from held, json_to_recordset($1) as row(index int, key text, queue text, job json)
),
parked as (
  update graphile_worker._private_jobs as jobs set flags = jsonb_build_object('next', asked.job::text)
  from asked where jobs.key = asked.key and jobs.locked_at is not null
  returning jobs.key
),
taken as (
  select queues.queue_name as queue, instant.run_at, max(jobs.run_at) as last
  from (select distinct run_at from asked where queue is not null) as instant
  join graphile_worker._private_jobs as jobs on jobs.is_available and jobs.priority = 0
    and jobs.run_at >= instant.run_at and jobs.run_at < instant.run_at + interval '1 millisecond'
  join graphile_worker._private_job_queues as queues on queues.id = jobs.job_queue_id
  group by queues.queue_name, instant.run_at
),
placed as (
  select key, queue, job, case when queue is null then run_at else
    coalesce(taken.last + interval '1 microsecond', run_at)
      + interval '1 microsecond' * (row_number() over (partition by queue, run_at order by index) - 1)
    end as run_at
  from asked left join taken using (queue, run_at)
  where key not in (select key from parked)
)
select key from parked
union all
select key from graphile_worker.add_jobs(array(
  select (job->>'kind', job->'payload', queue, run_at, job->>'attempts', key, 0, null)::graphile_worker.job_spec
  from placed order by key
))`
