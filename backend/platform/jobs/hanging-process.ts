import { openStore } from '../store/store.ts'
import { startWorker, type Job } from './jobs.ts'

/** Takes jobs and never finishes one, until the test kills it. */
async function hang({ key }: Job): Promise<void> {
  console.log(`started ${key}`)
  await new Promise(() => {})
}

const store = await openStore(process.argv[2]!, {})
startWorker(store.driver, { hang }, { log: console, heartbeatMs: 50 })
