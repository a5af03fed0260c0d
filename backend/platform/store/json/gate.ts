type Writer = { since: number; start(): void }

/**
 * One writer at a time, in the order they came; readers run between two writers. A writer that is ready at once runs at
 * once, so nothing waits that does not have to.
 */
export class Gate {
  #isTaken = false
  #isAdvancing = false
  #readers: (() => void)[] = []
  #writers: Writer[] = []

  get isIdle(): boolean {
    return !this.#isTaken && this.#writers.length === 0
  }

  get waiting(): number {
    return this.#writers.length
  }

  get oldest(): number | undefined {
    return this.#writers[0]?.since
  }

  /** Runs it while no writer is in the middle of something. */
  between(run: () => void): void {
    if (this.#isTaken) this.#readers.push(run)
    else run()
  }

  /** Calls `start` when it is its turn, which lasts until `leave`. */
  enter(writer: Writer): void {
    this.#writers.push(writer)
    this.#advance()
  }

  leave(): void {
    this.#isTaken = false
    this.#advance()
  }

  /** A loop, since writers that leave before `start` returns would otherwise pile up on the stack. */
  #advance(): void {
    if (this.#isAdvancing) return
    this.#isAdvancing = true
    while (!this.#isTaken && (this.#readers.length > 0 || this.#writers.length > 0)) {
      for (const read of this.#readers.splice(0)) read()
      const writer = this.#writers.shift()
      if (!writer) continue
      this.#isTaken = true
      writer.start()
    }
    this.#isAdvancing = false
  }
}
