/** How much may be begun in one turn of the event loop, in milliseconds. */
export const turnMs = 4

/** The turns of the event loop: how long this one has lasted, and whether connections come in. */
export type Turns = {
  /** Whether much was begun in this turn already, or connections wait for the next. */
  isUsedUp(now: number): boolean
  /** To be called for each new connection. */
  noteConnection(): void
  /** Node takes one new connection in a turn, so there may be more. */
  isConnecting(): boolean
}

export function createTurns(): Turns {
  let began: number | undefined
  let turnsOfConnecting = 0

  function passTurn(): void {
    if (--turnsOfConnecting > 0) setImmediate(passTurn)
  }

  return {
    isUsedUp(now) {
      if (began === undefined) {
        began = now
        setImmediate(() => (began = undefined))
      }
      return now - began > turnMs || turnsOfConnecting > 0
    },
    noteConnection() {
      if (turnsOfConnecting === 0) setImmediate(passTurn)
      turnsOfConnecting = 2
    },
    isConnecting: () => turnsOfConnecting > 0,
  }
}
