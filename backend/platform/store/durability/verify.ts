import { writeSync } from 'node:fs'
import { openJsonStore } from '../json/driver.ts'
import { findProblems, readAcknowledged, record, specs } from './ledger.ts'

/*
 * Looks at what an accident left: verify.ts <path> <file of acknowledged keys> [name of a second run]
 * With a name it then goes on working on the store, without a snapshot that could hide what is wrong, and looks again.
 * Prints { acknowledged, torn, problems } as JSON.
 */
const [path, file, again] = process.argv.slice(2) as [string, string, string?]
const acknowledged = readAcknowledged(file)
const problems: string[] = []
let torn = 0

async function open() {
  const warn = (line: string) => void (torn += Number(line.includes('in the middle of a write')))
  return openJsonStore(path, specs, {
    log: { info() {}, warn, error: warn },
    compaction: { minBytes: Infinity, quietMs: 0 },
  })
}

try {
  const store = await open()
  problems.push(...(await findProblems(store, acknowledged)))
  if (again) {
    for (let number = 0; number < 20; number++) {
      const key = `${again}-${number}`
      await record(store, { writer: again, key, padding: 'x' })
      acknowledged.push(key)
    }
  }
  await store.close()
  if (again) {
    const reopened = await open()
    problems.push(...(await findProblems(reopened, acknowledged)))
    await reopened.close()
  }
} catch (error) {
  problems.push(String(error))
}
writeSync(1, JSON.stringify({ acknowledged: acknowledged.length, torn, problems }))
