/** Time as the simulator knows it. Tests pass a manual clock and never sleep. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Runs once after `ms`; the answer cancels it. */
  after(ms: number, run: () => void): () => void
}

export interface ManualClock extends Clock {
  /** Moves time forward and runs what came due, in order. Gives I/O a turn after each. */
  advance(ms: number): Promise<void>
}

export const realClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}

export function createManualClock(start = Date.UTC(2026, 10, 21, 9, 0, 0)): ManualClock {
  let now = start
  let tasks: { at: number; run: () => void }[] = []
  return {
    now: () => now,
    after(ms, run) {
      const task = { at: now + ms, run }
      tasks.push(task)
      return () => {
        tasks = tasks.filter((other) => other !== task)
      }
    },
    async advance(ms) {
      const end = now + ms
      for (;;) {
        const due = tasks.filter((task) => task.at <= end).toSorted((a, b) => a.at - b.at)[0]
        if (!due) break
        tasks = tasks.filter((task) => task !== due)
        now = Math.max(now, due.at)
        due.run()
        await new Promise((resolve) => setImmediate(resolve))
      }
      now = end
    },
  }
}

export const inSeconds = (milliseconds: number): number => Math.floor(milliseconds / 1000)
