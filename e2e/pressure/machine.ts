import { cpus, loadavg } from 'node:os'

let isSaid = false

/** With other programs on the processors a time says nothing about ours; counts and shares still do. Said loudly, once. */
export function isMachineBusy(): boolean {
  const [load = 0] = loadavg()
  const isBusy = load > 2.5 * cpus().length
  if (isBusy && !isSaid) console.warn(`NOT JUDGED: times. Others use this machine (load ${load.toFixed(1)}).`)
  isSaid ||= isBusy
  return isBusy
}
