import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * Load comes from other machines, and takes no processor of the server's. Here it shares one with it, so this program gets
 * half of the processors and the server with its PostgreSQL the other half; otherwise the server would be measured alone,
 * and then flooded while the flood itself takes away what it was measured with. Said loudly where that cannot be done.
 */
export function divideProcessors(server: readonly number[]): void {
  const all = allowedProcessors()
  const half = Math.floor(all.length / 2)
  const isDivided = half > 0 && pin(server, all.slice(0, half)) && pin([process.pid], all.slice(half))
  if (!isDivided)
    console.warn('NOT DIVIDED: load and server share their processors, so the share of capacity is too low.')
}

/** Whatever of them ends meanwhile needs no processor. */
function pin(pids: readonly number[], processors: readonly number[]): boolean {
  const results = pids.map((pid) => spawnSync('taskset', ['-a', '-c', '-p', processors.join(','), String(pid)]))
  return results.some(({ status }) => status === 0)
}

/** Those of the parent, which was not pinned: `0-3,8` for example. */
function allowedProcessors(): number[] {
  const list = /Cpus_allowed_list:\s+(\S+)/.exec(readFileSync(`/proc/${process.ppid}/status`, 'utf8'))?.[1] ?? ''
  return list.split(',').flatMap((range) => {
    const [from = 0, to = from] = range.split('-').map(Number)
    return Array.from({ length: to - from + 1 }, (_, index) => from + index)
  })
}
