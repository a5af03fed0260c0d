import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createRandom, type Method } from './method.ts'
import { startProgram, verify, waitForAnswer, withBoundedFolder } from './tools.ts'

const rounds = { glance: 3, short: 15, long: 500 }
/** Enough for the longest round; a load never writes without end. */
const transactions = 30_000
const startAnew = 4_000_000

/** Kills the load at any moment, again and again on the same store. Finds torn batches, but no missing fsync. */
export const kill9: Method = {
  name: 'kill9',
  summary: 'kill -9 at random moments, the same store all along',
  run: (level, { seed }) =>
    withBoundedFolder(512, async (folder) => {
      const random = createRandom(seed)
      const [path, answers] = [join(folder, 'store', 'parley.json'), join(folder, 'answers')]
      await writeFile(answers, '')
      const bad: string[] = []
      let torn = 0
      for (let round = 0; round < rounds[level]; round++) {
        const given = [path, `k${round}`, '60', String(transactions), '120', '150000']
        const load = startProgram('load.ts', given, { answers })
        // Now and then while it is still opening what the last kill left.
        if (random(4) > 0) await waitForAnswer(load, answers)
        await pause(random(400))
        load.kill()
        const { code, errors } = await load.ended
        if (code !== null) bad.push(`round ${round}: the load ended by itself with ${code} ${errors}`)
        const verdict = await verify(path, answers)
        torn += verdict.torn
        for (const problem of verdict.problems) bad.push(`round ${round}: ${problem}`)
        if ((await readFile(answers)).length > startAnew) {
          await rm(join(folder, 'store'), { recursive: true })
          await writeFile(answers, '')
        }
      }
      return { tried: `${rounds[level]} kills, ${torn} torn tails`, bad }
    }),
}
