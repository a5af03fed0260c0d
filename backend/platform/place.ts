import { createHash } from 'node:crypto'
import { stat, writeFile } from 'node:fs/promises'
import type pg from 'pg'

/*
 * Where data lives. A copy lives elsewhere, also one that is the same to the byte; data that is only started again, moved
 * within its disk, or used by a new container on the same volume does not.
 *
 * - a folder: the birth of a file in it that is made once and never touched, to the nanosecond. Its number would say more,
 *   but shared folders of desktop machines and some network disks number files anew at each start.
 * - a database: its number on its server, and the server's own name for itself.
 *
 * Not told: a copy of a whole disk, block by block, and a copy on a file system that knows no birth.
 */
const words = 'Made by Parley to notice when the data beside it is a copy. Leave it here.\n'

export async function placeOfFolder(path: string): Promise<string> {
  await writeFile(path, words, { flag: 'wx', mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  const { birthtimeNs } = await stat(path, { bigint: true })
  return nameOf('folder', String(birthtimeNs))
}

export async function placeOfDatabase(pool: Pick<pg.Pool, 'query'>): Promise<string> {
  const { rows } = await pool.query<{ oid: string }>(
    'select oid::text from pg_database where datname = current_database()',
  )
  const server = await pool
    .query<{ id: string }>('select system_identifier::text as id from pg_control_system()')
    // Some hosters forbid it.
    .catch(() => ({ rows: [] as { id: string }[] }))
  return nameOf('database', rows[0]?.oid ?? '', server.rows[0]?.id ?? '')
}

/** Hashed: the name of a machine is nobody's business who reads the data. */
const nameOf = (...parts: string[]) => createHash('sha256').update(parts.join('\n')).digest('base64url')
