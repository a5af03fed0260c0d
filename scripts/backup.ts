import { mkdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { readConfig } from '../backend/config.ts'
import { MoveRefused } from '../backend/platform/store/move.ts'
import { makeBackup, runTool } from './backup-tools.ts'

// A backup holds what customers wrote.
process.umask(0o077)

await runTool(async () => {
  const [path] = process.argv.slice(2)
  if (!path) throw new MoveRefused('Name the file: npm run backup -- backups/parley-2026-11-21.gz')
  await mkdir(dirname(resolve(path)), { recursive: true })
  const { collections, files, missing } = await makeBackup(readConfig(), resolve(path), new Date())
  for (const { collection, documents } of collections) if (documents > 0) console.log(`${collection}: ${documents}`)
  console.log(`${files} files`)
  if (missing.length > 0)
    console.warn(`${missing.length} files are named but not there, so they are not in the backup.`)
  console.log(
    `Done: ${path}. Keep the encryption key (encryption.key or ENCRYPTION_KEY) and erasures.log in another place.`,
  )
})
