import { readFile } from 'node:fs/promises'
import { hasCode } from './files.ts'

/** Changes with every boot; the same in all containers of a machine. Empty where the system does not tell. */
export async function readBoot(): Promise<string> {
  return readText('/proc/sys/kernel/random/boot_id')
}

/** The moment a process was started, in ticks since the boot. Empty when there is no such process, or no /proc. */
export async function readStart(pid: number): Promise<string> {
  // The name of the program stands in brackets and may contain anything; field 22 of the line is the 20th behind it.
  const line = await readText(`/proc/${pid}/stat`)
  return line.slice(line.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}

export async function isProcessAlive(
  owner: { pid: number; startedAt: string; boot: string },
  boot: string,
): Promise<boolean> {
  if (owner.boot !== boot) return false
  if (boot !== '') return (await readStart(owner.pid)) === owner.startedAt
  try {
    process.kill(owner.pid, 0)
    return true
  } catch (error) {
    return hasCode(error, 'EPERM')
  }
}

async function readText(path: string): Promise<string> {
  return (await readFile(path, 'utf8').catch(() => '')).trim()
}
