import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Level, Method } from './method.ts'
import { compile, createDisk, cutPower, startProgram, verify, withFolder, type Child } from './tools.ts'

const rounds: { [level in Level]: number } = { glance: 1, short: 1, long: 20 }
const patienceMs = 60_000

/** Fills a small disk, frees room, expects the same process to go on, and cuts the power in the end. */
export const diskfull: Method = {
  name: 'diskfull',
  summary: 'a full disk: reads go on, writes come back without a restart, nothing is lost',
  run: (level) =>
    withFolder(async (folder) => {
      const cut = await compile('power-cut.c', join(folder, 'power-cut'))
      const bad: string[] = []
      let [answered, refused] = [0, 0]
      for (let round = 0; round < rounds[level]; round++) {
        const disk = await createDisk(folder, 16)
        const answers = join(folder, `answers${round}`)
        await writeFile(answers, '')
        const before = await disk.mount()
        const ballast = join(before.folder, 'ballast')
        await writeFile(ballast, Buffer.alloc(5 * 2 ** 20))
        const path = join(before.folder, 'store', 'parley.json')
        const load = startProgram('load.ts', [path, 'f', '20', '200000', '900', '1e12', String(patienceMs)], {
          answers,
          timeoutMs: 3 * patienceMs,
        })
        const count = async (mark: string) =>
          (await readFile(answers, 'utf8')).split('\n').filter((line) => line.startsWith(mark)).length

        if (!(await waitUntil(load, async () => (await count('F')) > 200)))
          bad.push(`round ${round}: the disk never was full`)
        const whenFull = await count('A')
        await rm(ballast)
        const isBack = await waitUntil(load, async () => (await count('A')) > whenFull + 200)
        if (!isBack) bad.push(`round ${round}: no write went through after there was room again`)
        await cutPower(cut, before, load, answers)

        const after = await disk.mount()
        const { acknowledged, problems } = await verify(path, answers)
        await after.unmount()
        const failedReads = await count('X')
        if (failedReads > 0) bad.push(`round ${round}: ${failedReads} reads failed while the disk was full`)
        for (const problem of problems) bad.push(`round ${round}: ${problem}`)
        answered += acknowledged
        refused += await count('F')
      }
      return { tried: `${rounds[level]} full disks, ${answered} answered, ${refused} refused`, bad }
    }),
}

async function waitUntil(load: Child, holds: () => Promise<boolean>): Promise<boolean> {
  let isOver = false
  void load.ended.then(() => (isOver = true))
  for (const since = performance.now(); performance.now() - since < patienceMs && !isOver; await pause(50)) {
    if (await holds()) return true
  }
  return holds()
}
