import { resolve } from 'node:path'
import { readConfig } from '../backend/config.ts'
import { MoveRefused } from '../backend/platform/store/move.ts'
import { restore, runTool } from './backup-tools.ts'

process.umask(0o077)

await runTool(async () => {
  const [path] = process.argv.slice(2)
  if (!path) throw new MoveRefused('Name the file: npm run restore -- backups/parley-2026-11-21.gz')
  const log = { info: console.log, warn: console.warn, error: console.error }
  const { files } = await restore(readConfig(), resolve(path), log, new Date())
  console.log(`${files} files`)
  console.log('Done. Sending is paused: start Parley, look around, and let an owner resume it in the dashboard.')
})
