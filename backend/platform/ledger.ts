import { appendFile, readFile } from 'node:fs/promises'

/*
 * Names in a file, one a line behind its instant, only ever added to: what must be known even where the store is an older
 * one. A line that a crash cut off counts for nothing and takes no other along.
 */
export type Ledger = {
  /** Undefined when there is no such file. */
  read(): Promise<Set<string> | undefined>
  /** On disk when it resolves. */
  add(names: readonly string[], at: Date): Promise<void>
}

export function openLedger(path: string): Ledger {
  return {
    async read() {
      const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error
      })
      return text === undefined ? undefined : new Set([...text.matchAll(/ (\S+)\n/g)].map(([, name]) => name!))
    },
    async add(names, at) {
      const lines = names.map((name) => `${at.toISOString()} ${name}\n`)
      if (lines.length > 0) await appendFile(path, lines.join(''), { mode: 0o600, flush: true })
    },
  }
}
