/*
 * The whole server under every kind of write, webhooks and sends, killed with kill -9 again and again. Then three ledgers are
 * held against each other: what clients were told, what the store has, and what the simulator of Meta saw.
 */
import { openAftermath } from './aftermath.ts'
import { audit } from './audit.ts'
import { createClient, killAgainAndAgain, type Kills } from './client.ts'
import { prepareLoad } from './load.ts'
import { setStage } from './stage.ts'

export type ServerOptions = Kills & {
  store: string
  /** How many programs share the store. */
  houses: number
}

export async function killServer(options: ServerOptions): Promise<string[]> {
  const { store, houses, note } = options
  const stage = await setStage({
    store,
    houses,
    // Like Meta, it does not give up.
    simulator: { behaviour: { delivery: { parallel: 8, retryAfterMs: Array.from({ length: 60_000 }, () => 300) } } },
  })
  try {
    // So that a kill finds some messages accepted whose answer is still on its way.
    stage.simulator.fault({ fault: { kind: 'stall', ms: 200 }, times: 'always', probability: 0.5 })
    const client = createClient(stage)
    const load = await prepareLoad(stage, client)
    const running = load.run()
    const problems = await killAgainAndAgain(stage.houses, options)
    load.stop()
    client.lastCalls()
    await running
    // The last word of each program that is still there.
    for (const house of stage.houses) await house.kill()
    const aftermath = await openAftermath(stage)
    await client.finish(stage.houses[0]!)
    await aftermath.settle()
    problems.push(
      ...(await audit(stage, { store: aftermath.store, ledger: client.ledger, load, kills: options.rounds + houses })),
    )
    await aftermath.close()
    for (const house of stage.houses) problems.push(...errorLines(house.log()))
    const told = client.ledger.filter(({ answer }) => answer && answer.status < 300).length
    const accepted = stage.simulator.ledger.accepted.length
    note(`${options.rounds} kills: ${told} writes acknowledged, ${accepted} messages accepted by the simulator`)
    return problems
  } finally {
    await stage.close()
  }
}

/** An error in the log that belongs to no request is one that nobody was told about. */
function errorLines(log: string): string[] {
  return log
    .split('\n')
    .filter((line) => /"level":(50|60|"error"|"fatal")/.test(line) && !line.includes('requestId'))
    .map((line) => `in the log: ${line.slice(0, 300)}`)
}
