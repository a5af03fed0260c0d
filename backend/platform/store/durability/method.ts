/** How long a method may look: a few seconds in the unit tests, about a minute for all in CI, hours before a release. */
export type Level = 'glance' | 'short' | 'long'

export type Report = {
  /** What was tried, in the words of the method. */
  tried: string
  /** One line for each time that something was wrong. */
  bad: string[]
}

export type MethodOptions = {
  seed: number
  note(line: string): void
  /** The one kind of fault to look at, and then at all of it. */
  only?: string
}

export type Method = {
  name: string
  summary: string
  run(level: Level, options: MethodOptions): Promise<Report>
}

/** The same numbers for the same seed, so that a bad run can be run again. */
export function createRandom(seed: number): (below: number) => number {
  let state = (seed % 2_147_483_646) + 1
  return (below) => {
    state = (state * 48_271) % 2_147_483_647
    return state % below
  }
}
