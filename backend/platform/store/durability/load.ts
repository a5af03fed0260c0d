import { writeSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { openJsonStore } from '../json/driver.ts'
import { StorageFull, StoreBusy, StoreUnavailable } from '../port.ts'
import { left, record, specs, type Entry } from './ledger.ts'

/*
 * The program that accidents happen to:
 *   load.ts <path> <seed> <writers> <transactions> [padding] [snapshot at bytes] [patience in ms]
 * It prints A for an answered transaction, F for one that found the disk full (it tries that one again until its patience
 * ends), X for a read that failed meanwhile. It never writes more than it was told to, so that a harness that dies leaves
 * no full disk behind.
 */
const [path, seed, writers, transactions, padding = '120', snapshotAt = '200000', patience = '1500'] =
  process.argv.slice(2)

function print(line: string): void {
  writeSync(1, `${line}\n`)
}

const store = await openJsonStore(path!, specs, {
  log: { info() {}, warn() {}, error: (line) => void writeSync(2, `${line}\n`) },
  compaction: { minBytes: Number(snapshotAt), quietMs: 0 },
  probeEveryMs: 50,
  onFatal: (error) => process.exit(error.exitCode),
}).catch((error: { exitCode?: number; code?: string } & Error) => {
  writeSync(2, `${String(error)}\n`)
  // 71 is the disk's fault, 1 would be ours.
  process.exit(error.exitCode ?? (error.code ? 71 : 1))
})

const text = 'x'.repeat(Number(padding))
let next = 0

async function write(writer: string): Promise<void> {
  while (next < Number(transactions)) await insist({ writer, key: `${writer}-${next++}`, padding: text })
}

async function insist(entry: Entry): Promise<void> {
  for (const since = performance.now(); performance.now() - since < Number(patience);) {
    try {
      await record(store, entry)
      return print(`A ${entry.key}`)
    } catch (error) {
      // The process is about to be ended.
      if (error instanceof StoreUnavailable) await pause(60_000)
      if (!(error instanceof StorageFull || error instanceof StoreBusy)) throw error
      print(`F ${entry.key}`)
      await store.find(left, { limit: 1 }).catch(() => print(`X ${entry.key}`))
      await pause(5)
    }
  }
  next = Infinity
}

await Promise.all(Array.from({ length: Number(writers) }, (_, writer) => write(`${seed}.${writer}`)))
await store.close()
