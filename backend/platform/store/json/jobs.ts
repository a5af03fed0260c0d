import type { CollectionSpec, Document, NewJob, StoreOperations } from '../port.ts'

/*
 * Jobs of the JSON store: an internal collection. Every write to it happens inside a transaction of the driver, and those
 * are serial, so reading before writing is safe here (and nowhere else).
 *
 * - waiting: runs as soon as `runAt` has come
 * - queued:  stands behind another job of its queue; only the head of a queue is ever `waiting`
 * - running: `worker` has its turn; `next` says what becomes of the key afterwards, if that was decided meanwhile
 * - failed:  kept, with the reason in `lastError`, until it is retried or its key is scheduled again
 */
export const jobsSpec: CollectionSpec = {
  name: 'jobs',
  columns: [
    { name: 'id', sqlName: 'id', type: 'text', required: true },
    { name: 'workspaceId', sqlName: 'workspace_id', type: 'text', required: true },
    { name: 'kind', sqlName: 'kind', type: 'text', required: true },
    { name: 'key', sqlName: 'key', type: 'text', required: true },
    { name: 'queue', sqlName: 'queue', type: 'text', required: false },
    { name: 'runAt', sqlName: 'run_at', type: 'instant', required: true },
    { name: 'payload', sqlName: 'payload', type: 'json', required: true },
    { name: 'attempt', sqlName: 'attempt', type: 'integer', required: true },
    { name: 'attempts', sqlName: 'attempts', type: 'integer', required: true },
    { name: 'state', sqlName: 'state', type: 'text', required: true },
    { name: 'worker', sqlName: 'worker', type: 'text', required: false },
    { name: 'next', sqlName: 'next', type: 'json', required: false },
    { name: 'lastError', sqlName: 'last_error', type: 'text', required: false },
    { name: 'failedAt', sqlName: 'failed_at', type: 'instant', required: false },
  ],
  unique: [['workspaceId', 'key']],
  indexes: [
    ['state', 'runAt'],
    ['queue', 'state', 'runAt'],
  ],
  references: [],
  searchable: false,
}

export type JobDocument = Document & {
  workspaceId: string
  kind: string
  key: string
  queue: string | null
  runAt: string
  payload: { [field: string]: unknown }
  attempt: number
  attempts: number
  state: 'waiting' | 'queued' | 'running' | 'failed'
  worker: string | null
  /** Scheduled again (a job) or cancelled (null) during the turn. */
  next: { job: NewJob | null } | null
  lastError: string | null
  failedAt: string | null
}

/** Rung by the driver after a commit that changed the jobs collection; the worker then looks what is due. */
export type JobBell = { ring(): void; onScheduled(listener: () => void): () => void }

export function createJobBell(): JobBell {
  const listeners = new Set<() => void>()
  return {
    ring: () => listeners.forEach((listener) => listener()),
    onScheduled(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

export async function scheduleJobs(operations: StoreOperations, jobs: readonly NewJob[]): Promise<void> {
  const latest = new Map(jobs.map((job) => [JSON.stringify([job.workspaceId, job.key]), job]))
  const ids = newJobIds(latest.size)
  const documents: JobDocument[] = []
  const queues = new Set<string | null>()
  for (const job of latest.values()) {
    const queue = await freeKey(operations, job.workspaceId, job.key, job)
    if (queue === 'is running') continue
    const document = newDocument(ids[documents.length]!, job)
    documents.push(document)
    queues.add(queue).add(document.queue)
  }
  await operations.insert(jobsSpec, documents, 'reject')
  for (const queue of queues) await settleQueue(operations, queue)
}

export async function cancelJobs(
  operations: StoreOperations,
  workspaceId: string,
  keys: readonly string[],
): Promise<void> {
  for (const key of keys) {
    const queue = await freeKey(operations, workspaceId, key, null)
    if (queue !== 'is running') await settleQueue(operations, queue)
  }
}

/** Makes the first job of a queue its head, unless one of the queue is running. Call it after every change to a queue. */
export async function settleQueue(operations: StoreOperations, queue: string | null): Promise<void> {
  if (queue === null) return
  const first = (...states: string[]) =>
    operations.find(jobsSpec, { where: { queue, state: { in: states } }, sort: ['runAt', 'asc'], limit: 1 })
  const [running] = await first('running')
  const [head] = await first('waiting')
  const [earliest] = running ? [] : await first('waiting', 'queued')
  if (head && head.id !== earliest?.id) await updateJob(operations, head.id, { state: 'queued' })
  if (earliest && earliest.id !== head?.id) await updateJob(operations, earliest.id, { state: 'waiting' })
}

export async function updateJob(operations: StoreOperations, id: string, set: Partial<JobDocument>): Promise<void> {
  await operations.update(jobsSpec, { id }, { set }, { limit: 1, ifHeld: 'wait' })
}

/** Removes the job of a key, or notes on a running one what follows it. Answers the queue that may need a new head. */
async function freeKey(operations: StoreOperations, workspaceId: string, key: string, next: NewJob | null) {
  const [found] = await operations.find(jobsSpec, { where: { workspaceId, key }, limit: 1 })
  if (!found) return null
  const job = found as JobDocument
  if (job.state !== 'running') {
    await operations.remove(jobsSpec, { id: job.id })
    return job.queue
  }
  await updateJob(operations, job.id, { next: { job: next } })
  return 'is running'
}

function newDocument(id: string, job: NewJob): JobDocument {
  const { workspaceId, kind, key, runAt, payload, attempts } = job
  // Queues belong to a workspace: two workspaces may use one name and never wait for each other.
  const queue = job.queue === undefined ? null : `${workspaceId}/${job.queue}`
  const state = queue === null ? 'waiting' : 'queued'
  const fresh = { attempt: 0, worker: null, next: null, lastError: null, failedAt: null }
  return { id, workspaceId, kind, key, queue, runAt, payload, attempts, state, ...fresh }
}

/** Ids in the order of scheduling: the port breaks ties of `runAt` by id, which keeps a queue in order. */
function newJobIds(count: number): string[] {
  const microseconds = Math.round((performance.timeOrigin + performance.now()) * 1000).toString(36)
  return Array.from({ length: count }, (_, index) => `job_${microseconds}${index.toString(36).padStart(5, '0')}`)
}
