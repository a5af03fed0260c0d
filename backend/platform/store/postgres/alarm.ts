/** No notification is certain, and the clock of the database may be set: even an idle worker looks now and then. */
const longestWait = 30_000

export type Alarm = { set(): void; off(): void }

/** Rings when the next job is due. Set it again whenever that may have changed; it asks once at a time. */
export function createAlarm(ask: () => Promise<number | undefined>, ring: () => void, pollMs: number): Alarm {
  let timer: NodeJS.Timeout | undefined
  let isAsking = false
  let askAgain = false
  let isOff = false

  async function set(): Promise<void> {
    askAgain = true
    if (isAsking || isOff) return
    isAsking = true
    let wait: number | undefined
    while (askAgain) {
      askAgain = false
      wait = await ask().catch(() => pollMs)
    }
    isAsking = false
    clearTimeout(timer)
    if (!isOff) timer = setTimeout(ring, pause(wait))
  }

  /** What is due and was not taken stands behind a running job, or has a kind that nobody here knows. */
  function pause(wait: number | undefined): number {
    if (wait === undefined) return longestWait
    return wait > 0 ? Math.min(Math.ceil(wait), longestWait) : pollMs
  }

  return {
    set: () => void set(),
    off() {
      isOff = true
      clearTimeout(timer)
    },
  }
}
