import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createRandom, type Level, type Method } from './method.ts'
import { compile, createDisk, cutPower, startProgram, verify, waitForAnswer, withFolder } from './tools.ts'

const rounds: { [level in Level]: number } = { glance: 2, short: 8, long: 150 }
/** Ordered is what people have; the other forgives nothing: no flush on rename, data and names in any order. */
const ways = ['data=ordered', 'data=writeback,noauto_da_alloc']

/** Cuts the power of an ext4: everything that was not synced is gone. */
export const powercut: Method = {
  name: 'powercut',
  summary: 'power cuts at random moments on a real file system',
  run: (level, { seed }) =>
    withFolder(async (folder) => {
      const random = createRandom(seed)
      const cut = await compile('power-cut.c', join(folder, 'power-cut'))
      const bad: string[] = []
      let [torn, answered] = [0, 0]
      for (const way of ways) {
        const disk = await createDisk(folder, 192)
        const answers = join(folder, 'answers')
        await writeFile(answers, '')
        for (let round = 0; round < rounds[level]; round++) {
          const before = await disk.mount(way)
          const path = join(before.folder, 'store', 'parley.json')
          const load = startProgram('load.ts', [path, `p${round}`, '60', '5000', '120', '150000'], { answers })
          await waitForAnswer(load, answers)
          await pause(random(400))
          await cutPower(cut, before, load, answers)
          const after = await disk.mount(way)
          const verdict = await verify(path, answers)
          await after.unmount()
          torn += verdict.torn
          answered = Math.max(answered, verdict.acknowledged)
          for (const problem of verdict.problems) bad.push(`${way}, round ${round}: ${problem}`)
        }
      }
      if (answered === 0) bad.push('no load answered anything before its power was cut')
      return { tried: `${rounds[level] * ways.length} power cuts, ${answered} answers, ${torn} torn tails`, bad }
    }),
}
