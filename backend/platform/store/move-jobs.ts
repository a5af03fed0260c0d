import type pg from 'pg'
import type { JsonStoreDriver } from './json/driver.ts'
import { jobsSpec, type JobDocument } from './json/jobs.ts'
import type { NewJob } from './port.ts'
import type { Driver } from './store.ts'

const batch = 500

/** Where jobs are read from: a store, or one that is frozen at a moment. */
export type JobSource = Pick<JsonStoreDriver, 'kind' | 'find'> | { kind: 'postgres'; pool: Pick<pg.Pool, 'query'> }

/** Also those that ran when the old store was stopped: they run again, as after a crash. Attempts already made count. */
export async function* waitingJobs(driver: JobSource): AsyncGenerator<NewJob[]> {
  if (driver.kind === 'json') {
    const open = { state: { not: 'failed' } }
    for (let after: { value: string; id: string } | undefined; ;) {
      const page = (await driver.find(jobsSpec, {
        where: open,
        sort: ['runAt', 'asc'],
        after,
        limit: batch,
      })) as JobDocument[]
      yield page.flatMap(readJsonJob)
      const last = page.at(-1)
      if (!last || page.length < batch) return
      after = { value: last.runAt, id: last.id }
    }
  }
  for (let offset = 0; ; offset += batch) {
    const { rows } = await driver.pool.query<PostgresJob>(postgresJobs, [batch, offset])
    yield rows.flatMap(readPostgresJob)
    if (rows.length < batch) return
  }
}

/** What was scheduled or cancelled during a turn decides what is left of a job whose turn was cut off. */
function readJsonJob(job: JobDocument): NewJob[] {
  if (job.next) return job.next.job ? [job.next.job] : []
  const { workspaceId, kind, key, runAt, payload, attempt, attempts } = job
  const queue = job.queue?.slice(workspaceId.length + 1)
  return [
    {
      workspaceId,
      kind,
      key,
      ...(queue === undefined ? {} : { queue }),
      runAt,
      payload,
      attempts: Math.max(attempts - attempt, 1),
    },
  ]
}

type PostgresJob = Omit<NewJob, 'queue' | 'workspaceId'> & {
  queue: string | null
  next: string | null
  hasNext: boolean
}

const postgresJobs = `
  select tasks.identifier as kind, jobs.key, queues.queue_name as queue, jobs.payload,
    to_char(jobs.run_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "runAt",
    greatest(jobs.max_attempts - jobs.attempts, 1) as attempts,
    jobs.flags->>'next' as next, coalesce(jobs.flags::jsonb ? 'next', false) as "hasNext"
  from graphile_worker._private_jobs as jobs
  join graphile_worker._private_tasks as tasks on tasks.id = jobs.task_id
  left join graphile_worker._private_job_queues as queues on queues.id = jobs.job_queue_id
  where (jobs.is_available or jobs.locked_at is not null) and jobs.key is not null
  order by jobs.run_at, jobs.id limit $1 offset $2`

function readPostgresJob({ queue, next, hasNext, key, ...job }: PostgresJob): NewJob[] {
  if (hasNext) return next === null ? [] : [JSON.parse(next) as NewJob]
  const [workspaceId, own] = splitOnce(key)
  return [{ ...job, workspaceId, key: own, ...(queue === null ? {} : { queue: splitOnce(queue)[1] }) }]
}

/** Names in graphile-worker's tables start with the workspace. */
function splitOnce(name: string): [workspaceId: string, rest: string] {
  const slash = name.indexOf('/')
  return [name.slice(0, slash), name.slice(slash + 1)]
}

export async function countFailedJobs(driver: Driver): Promise<number> {
  if (driver.kind === 'json') return driver.count(jobsSpec, { state: 'failed' })
  const { rows } = await driver.pool.query<{ total: string }>(
    'select count(*) as total from graphile_worker._private_jobs where not is_available and locked_at is null',
  )
  return Number(rows[0]!.total)
}
