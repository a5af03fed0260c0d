/*
 * A supervisor asks the loaded server to end: it ends with 0 within half a minute, whoever got no answer had no effect,
 * nothing is in doubt, and what was left is done at the next start.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { model, type AppStore } from '../../backend/model/index.ts'
import { openStore } from '../../backend/platform/store/store.ts'
import { openAftermath } from './aftermath.ts'
import { audit } from './audit.ts'
import { createClient } from './client.ts'
import { prepareLoad } from './load.ts'
import { setStage } from './stage.ts'

const longest = 30_000

export async function stopUnderLoad(store: string, note: (line: string) => void): Promise<string[]> {
  const stage = await setStage({
    store,
    env: { SHUTDOWN_DELAY_MS: '500' },
    simulator: { behaviour: { delivery: { retryAfterMs: Array.from({ length: 600 }, () => 300) } } },
  })
  try {
    stage.simulator.fault({ fault: { kind: 'stall', ms: 200 }, times: 'always', probability: 0.5 })
    const client = createClient(stage, { isPatient: false })
    const load = await prepareLoad(stage, client)
    const running = load.run()
    await pause(3000)
    const asked = performance.now()
    const code = await stage.houses[0]!.terminate()
    const took = performance.now() - asked
    load.stop()
    await running
    const problems = await findCutOff(stage.storeUrl)
    const aftermath = await openAftermath(stage)
    await aftermath.settle()
    problems.push(...(await audit(stage, { store: aftermath.store, ledger: client.ledger, load, kills: 0 })))
    await aftermath.close()
    if (code !== 0) problems.push(`it ended with ${code}`)
    if (took > longest) problems.push(`it took ${Math.round(took)} ms to end`)
    const told = client.ledger.filter(({ answer }) => answer && answer.status < 300).length
    note(`ended after ${Math.round(took)} ms; ${told} writes were acknowledged until then`)
    return problems
  } finally {
    await stage.close()
  }
}

/** A status may prove later that a cut-off message was accepted; a stop in peace leaves none to prove. */
async function findCutOff(url: string): Promise<string[]> {
  const store: AppStore = await openStore(url, model)
  const sending = await store.system.messages.find({ where: { status: 'sending' }, limit: 20 })
  await store.close()
  return sending.map(({ id }) => `${id} was on its way when the server ended`)
}
