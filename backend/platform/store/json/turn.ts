import type { StoreOperations } from '../port.ts'
import { cancelJobs, scheduleJobs } from './jobs.ts'
import { Changes } from './memory/changes.ts'
import { Operations, type Tables } from './memory/operations.ts'

/** A writer's time with the memory: what it did, and the operations it does it with. */
export class Turn {
  readonly changes = new Changes()
  readonly operations: Operations
  /** Set when the turn ended without its own doing. */
  stopped: Error | undefined
  isOver = false

  constructor(tables: Tables) {
    this.operations = new Operations(tables, this.changes)
  }

  /** The port for whoever runs the transaction. Nothing in here waits: the turn has the memory for itself. */
  open(): StoreOperations {
    const use = (): Operations => {
      if (this.stopped) throw this.stopped
      if (this.isOver) throw new Error('This transaction is over: await everything inside it')
      return this.operations
    }
    const tx: StoreOperations = {
      find: async (spec, query) => use().find(spec, query),
      count: async (spec, where, search, atMost) => use().count(spec, where, search, atMost),
      group: async (spec, group) => use().group(spec, group),
      insert: async (spec, documents, ifTaken) => use().insert(spec, documents, ifTaken),
      update: async (spec, where, change, pick) => use().update(spec, where, change, pick),
      updateEach: async (spec, edits) => use().updateEach(spec, edits),
      remove: async (spec, where) => use().remove(spec, where),
      schedule: (jobs) => scheduleJobs(tx, jobs),
      cancel: (workspaceId, keys) => cancelJobs(tx, workspaceId, keys),
    }
    return tx
  }
}
