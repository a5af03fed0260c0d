import type { FileHandle } from 'node:fs/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { isOutOfSpace, writeAll } from './files.ts'
import { encodeFrame, type Link } from './frames.ts'

/** What the journal tells about the commits it was given, in their order. */
export type JournalEvents = {
  /** The oldest `count` of them are on disk. */
  onDurable(count: number): void
  /** There was no room: none of them is on disk, nor will be, and none was kept. More may be given. */
  onFull(error: unknown): void
  /** The disk failed: which of them are on it is not known. The journal takes no more. */
  onFailed(error: unknown): void
}

export type JournalFile = { file: FileHandle; generation: number; size: number; link: Link }

type Commit = { lines: readonly string[]; length: number }
type Switch = { file: FileHandle; generation: number; resolve: (link: Link | undefined) => void }

const mostCommits = 5000
const mostText = 4 * 2 ** 20

/**
 * Writes commits to the end of a file, one group at a time: whatever came while the last group was on its way to the disk
 * goes together in the next. A single writer, since writes of several threads to one file may change places.
 */
export class Journal {
  readonly #events: JournalEvents
  readonly #ticks: () => number
  #file: FileHandle
  #generation: number
  #size: number
  #link: Link
  #queue: (Commit | Switch)[] = []
  #writing: Promise<void> | undefined
  #isFailed = false
  #written = 0
  #lastSyncMs = 0

  constructor({ file, generation, size, link }: JournalFile, events: JournalEvents, ticks: () => number) {
    this.#file = file
    this.#generation = generation
    this.#size = size
    this.#link = link
    this.#events = events
    this.#ticks = ticks
  }

  get status() {
    return { generation: this.#generation, bytes: this.#size, batch: this.#link.batch, lastSyncMs: this.#lastSyncMs }
  }

  /** Bytes since the store was opened, in whatever file. */
  get written(): number {
    return this.#written
  }

  append(lines: readonly string[]): void {
    const length = lines.reduce((sum, line) => sum + line.length, 0)
    this.#push({ lines, length })
  }

  /** What is appended from now on goes to another file. Answers the last link of this one, or nothing if it got stuck. */
  switchTo(file: FileHandle, generation: number): Promise<Link | undefined> {
    return new Promise((resolve) => this.#push({ file, generation, resolve }))
  }

  async close(): Promise<void> {
    await this.#writing
    await this.#file.close()
  }

  #push(entry: Commit | Switch): void {
    if (this.#isFailed) return 'file' in entry ? entry.resolve(undefined) : undefined
    this.#queue.push(entry)
    this.#writing ??= this.#write()
  }

  async #write(): Promise<void> {
    try {
      while (this.#queue.length > 0) {
        // Those who were just answered commit their next transaction at once; it shall go into this group.
        await nextTurn()
        if ('file' in this.#queue[0]!) await this.#switch(this.#queue.shift() as Switch)
        else await this.#writeGroup(this.#takeGroup())
      }
    } catch (error) {
      this.#fail(error)
    }
    this.#writing = undefined
  }

  #takeGroup(): Commit[] {
    let text = 0
    let count = 0
    for (const entry of this.#queue) {
      if ('file' in entry || count === mostCommits || (count > 0 && text + entry.length > mostText)) break
      text += entry.length
      count += 1
    }
    return this.#queue.splice(0, count) as Commit[]
  }

  async #writeGroup(group: readonly Commit[]): Promise<void> {
    const { link, bytes } = encodeFrame(
      this.#link,
      group.flatMap(({ lines }) => lines),
    )
    try {
      await writeAll(this.#file, bytes)
    } catch (error) {
      return isOutOfSpace(error) ? this.#rollBack(error) : this.#fail(error)
    }
    const started = this.#ticks()
    try {
      await this.#file.datasync()
    } catch (error) {
      // Linux forgets the bytes and reports it once: a second sync would say that all is well.
      return this.#fail(error)
    }
    this.#lastSyncMs = this.#ticks() - started
    this.#link = link
    this.#size += bytes.length
    this.#written += bytes.length
    this.#events.onDurable(group.length)
  }

  /** Takes half a frame off the file, or the next one would stand behind damage. */
  async #rollBack(reason: unknown): Promise<void> {
    try {
      if ((await this.#file.stat()).size > this.#size) {
        await this.#file.truncate(this.#size)
        await this.#file.sync()
      }
    } catch (error) {
      return this.#fail(error)
    }
    this.#dropQueue()
    this.#events.onFull(reason)
  }

  #fail(error: unknown): void {
    this.#isFailed = true
    this.#dropQueue()
    this.#events.onFailed(error)
  }

  #dropQueue(): void {
    for (const entry of this.#queue.splice(0)) if ('file' in entry) entry.resolve(undefined)
  }

  async #switch({ file, generation, resolve }: Switch): Promise<void> {
    const old = this.#file
    this.#file = file
    this.#generation = generation
    this.#size = 0
    resolve(this.#link)
    // All that is in it was synced, so whatever goes wrong now concerns nobody.
    await old.close().catch(() => {})
  }
}
