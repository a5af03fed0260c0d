/** What `main` ends the process with, after sysexits.h: a supervisor restarts 70 and leaves the others to people. */
export const exitCodes = { software: 70, temporary: 75, configuration: 78 } as const

/** The files are not what was written to them. Nothing is repaired by guessing: people decide what to do. */
export class DataDamaged extends Error {
  override name = 'DataDamaged'
  readonly exitCode = exitCodes.configuration
  readonly file: string
  readonly offset: number | undefined
  readonly batch: number | undefined

  constructor(file: string, problem: string, remedy: string, where: { offset?: number; batch?: number } = {}) {
    const place = [
      where.offset === undefined ? '' : `at byte ${where.offset}`,
      where.batch === undefined ? '' : `batch ${where.batch}`,
    ].filter(Boolean)
    super(`${file}${place.length > 0 ? ` (${place.join(', ')})` : ''}: ${problem}. ${remedy}`)
    this.file = file
    this.offset = where.offset
    this.batch = where.batch
  }
}

/** Another process has these files open. */
export class StoreLocked extends Error {
  override name = 'StoreLocked'
  readonly exitCode = exitCodes.temporary
}

/** The disk failed in a way after which nothing it says can be believed. The process has to start anew. */
export class DiskFailed extends Error {
  override name = 'DiskFailed'
  readonly exitCode = exitCodes.software
}

/** Too long, too deep or with a reserved key: refused before it gets near the disk. */
export class UnstorableDocument extends Error {
  override name = 'UnstorableDocument'
}
