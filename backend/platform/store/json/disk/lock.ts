import { randomUUID } from 'node:crypto'
import { link, readFile, rename, unlink, writeFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import type { Log } from '../../store.ts'
import { StoreLocked } from '../errors.ts'
import { hasCode, isOutOfSpace, type Paths } from './files.ts'
import { isProcessAlive, readBoot, readStart } from './processes.ts'
import { answers, listen } from './socket.ts'

/** A process number alone is used again; together with its start and the boot it is not. */
type Owner = { pid: number; startedAt: string; boot: string; token: string }

export type Lock = {
  /** Throws StoreLocked if another starter won. To be asked before the first change to a file. */
  confirm(): Promise<void>
  release(): Promise<void>
}

/** Two starters that find the same dead owner both think they took over; after this long only one file is left. */
const settleMs = 30
const lookEveryMs = 5000

/**
 * One process at a time. The lock file says who it is; the socket beside it answers while it lives, which also works
 * between containers that share the folder and do not see each other's processes. `onLost` is called when the file is no
 * longer ours, for example because somebody deleted it and started a second process.
 */
export async function takeLock(paths: Paths, log: Log, onLost: (error: StoreLocked) => void): Promise<Lock> {
  const [boot, startedAt] = [await readBoot(), await readStart(process.pid)]
  const own: Owner = { pid: process.pid, startedAt, boot, token: randomUUID() }
  if (await answers(paths.socket)) throw describeOwner(paths, await readOwner(paths.lock))
  const isWritten = await createLockFile(paths, own, log)
  const server = await listen(paths.socket).catch((error: unknown) => {
    log.warn(`Other containers cannot see that ${paths.manifest} is in use: ${String(error)}`)
    return undefined
  })
  const settled = pause(settleMs)
  const isOurs = async () => !isWritten || (await readOwner(paths.lock))?.token === own.token

  const watch = setInterval(async () => {
    if (await isOurs()) return
    await pause(1000)
    if (!(await isOurs())) onLost(describeOwner(paths, await readOwner(paths.lock)))
  }, lookEveryMs).unref()

  return {
    async confirm() {
      await settled
      if (await isOurs()) return
      // Our socket stays open: closing it would remove its name, which by now is the winner's.
      clearInterval(watch)
      throw describeOwner(paths, await readOwner(paths.lock))
    },
    async release() {
      clearInterval(watch)
      if (!(await isOurs())) return
      await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()))
      await unlink(paths.lock).catch(() => {})
    },
  }
}

/** Answers false when the disk is too full to say who we are; then the socket alone has to do. */
async function createLockFile(paths: Paths, own: Owner, log: Log): Promise<boolean> {
  for (;;) {
    try {
      await writeFile(paths.lock, `${JSON.stringify(own)}\n`, { flag: 'wx' })
      return true
    } catch (error) {
      if (isOutOfSpace(error)) return false
      if (!hasCode(error, 'EEXIST')) throw error
    }
    const owner = (await readOwner(paths.lock)) ?? (await pause(100), await readOwner(paths.lock))
    if ((owner && (await isProcessAlive(owner, own.boot))) || (await answers(paths.socket)))
      throw describeOwner(paths, owner)
    log.info(`The process that had ${paths.manifest} open is gone: taking over`)
    await removeLockOf(paths, owner)
  }
}

/** Removes the lock file of a dead owner, and no other: another starter may have put its own there meanwhile. */
async function removeLockOf(paths: Paths, owner: Owner | undefined): Promise<void> {
  const aside = `${paths.lock}.${randomUUID()}`
  try {
    await rename(paths.lock, aside)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return
    throw error
  }
  const moved = await readOwner(aside)
  const isOther = moved?.token !== owner?.token
  if (isOther) await link(aside, paths.lock).catch(() => {})
  await unlink(aside)
  if (isOther) throw describeOwner(paths, moved)
}

async function readOwner(path: string): Promise<Owner | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Owner
  } catch {
    return undefined
  }
}

function describeOwner(paths: Paths, owner: Owner | undefined): StoreLocked {
  const who = owner ? `process ${owner.pid}` : 'another process'
  return new StoreLocked(
    `${paths.manifest} is in use by ${who}. A JSON store belongs to one process; stop the other one, or use PostgreSQL.`,
  )
}
