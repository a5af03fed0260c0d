import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { readConfig } from '../backend/config.ts'
import { MoveRefused } from '../backend/platform/store/move.ts'
import { restore, runTool } from './backup-tools.ts'

const usage = `Name the file: npm run restore -- backups/parley-2026-11-21.gz [--erasures erasures.log]`

process.umask(0o077)

await runTool(async () => {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { erasures: { type: 'string' } } })
  const [path] = positionals
  if (!path || positionals.length > 1) throw new MoveRefused(usage)
  const log = { info: console.log, warn: console.warn, error: console.error }
  const ledger = values.erasures && resolve(values.erasures)
  const { files, erased } = await restore(readConfig(), resolve(path), log, new Date(), ledger)
  console.log(`${files} files`)
  console.log(tellErased(erased))
  console.log('Done. Sending is paused: start Parley, look around, and let an owner resume it in the dashboard.')
})

function tellErased(erased: number | undefined): string {
  if (erased === undefined)
    return 'No ledger of erasures is here, so whoever was erased after this backup is back. If you have the erasures.log of the old place, copy it into the data folder before you start Parley: they are erased again then.'
  return erased === 0
    ? 'Nobody in it had been erased since.'
    : `${erased === 1 ? 'One person in it was' : `${erased} people in it were`} erased since the backup was made, and again just now.`
}
