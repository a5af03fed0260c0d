import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'

/*
 * Data as released versions wrote it, in backend/test/fixtures/<version>: `json/` is a folder of the JSON store,
 * `postgres.sql.gz` a database, `made.json` says what is in them and whose ids can be asked for.
 */
const root = resolve(import.meta.dirname, '../backend/test/fixtures')
/** A released fixture is never made again; this is the version that is being worked on. */
export const currentVersion = (
  JSON.parse(readFileSync(resolve(import.meta.dirname, '../package.json'), 'utf8')) as { version: string }
).version

export type Made = {
  migrations: string[]
  ids: { [parameter: string]: string }
  /** How many documents each collection has. */
  documents: { json: Counts; postgres: Counts }
}
export type Counts = { [collection: string]: number }

export const listVersions = () => (existsSync(root) ? readdirSync(root).sort() : [])
export const folderOf = (version: string) => join(root, version)
export const readMade = (version: string) =>
  JSON.parse(readFileSync(join(folderOf(version), 'made.json'), 'utf8')) as Made

export function beginFixture(): void {
  rmSync(folderOf(currentVersion), { recursive: true, force: true })
  mkdirSync(join(folderOf(currentVersion), 'json'), { recursive: true })
}

export function keepMade(made: Made): void {
  writeFileSync(join(folderOf(currentVersion), 'made.json'), `${JSON.stringify(made, null, 2)}\n`)
}

/** Without what says that somebody has it open, and where it lives. */
export function keepFolder(dataFolder: string): void {
  const isData = (path: string) => !/\.(lock|sock|place)$|drafts$/.test(basename(path))
  cpSync(dataFolder, join(folderOf(currentVersion), 'json'), { recursive: true, filter: isData })
}

export function keepDatabase(url: string): void {
  const sql = execFileSync('pg_dump', ['--inserts', '--no-owner', '--no-privileges', url], { maxBuffer: 1e8 })
  writeFileSync(join(folderOf(currentVersion), 'postgres.sql.gz'), gzipSync(sql, { level: 9 }))
}

/** Lines for psql itself begin with a backslash, and no data of ours does. */
export function readDatabase(version: string): string {
  const sql = gunzipSync(readFileSync(join(folderOf(version), 'postgres.sql.gz'))).toString()
  return sql.replace(/^\\.*$/gm, '')
}
