export type Compare<Item> = (a: Item, b: Item) => number
/** Where an item stands, or would stand. */
export type Position = { chunk: number; offset: number }

const fullChunk = 512

/**
 * A sorted list in chunks: a million items take random inserts and removals in microseconds, and a walk is plain array
 * access. `share` hands out the chunks as they are; from then on a chunk is copied before its first change.
 */
export class OrderedList<Item> {
  readonly #compare: Compare<Item>
  #chunks: Item[][]
  #shared: Set<Item[]> | undefined
  #size: number

  constructor(compare: Compare<Item>, sorted: Item[] = []) {
    this.#compare = compare
    this.#size = sorted.length
    this.#chunks = cutIntoChunks(sorted)
  }

  get size(): number {
    return this.#size
  }

  get first(): Item | undefined {
    return this.#chunks[0]?.[0]
  }

  get start(): Position {
    return { chunk: 0, offset: 0 }
  }

  get end(): Position {
    return { chunk: this.#chunks.length, offset: 0 }
  }

  add(item: Item): void {
    const { chunk, offset } = this.seek((other) => this.#compare(other, item))
    this.#size += 1
    const last = this.#chunks.length - 1
    if (chunk > last) {
      // What arrives in order fills its chunk and opens the next one, instead of leaving halves behind.
      if (last >= 0 && this.#chunks[last]!.length < fullChunk) this.#own(last).push(item)
      else this.#chunks.push([item])
      return
    }
    const items = this.#own(chunk)
    items.splice(offset, 0, item)
    if (items.length > fullChunk) this.#chunks.splice(chunk + 1, 0, items.splice(fullChunk / 2))
  }

  remove(item: Item): void {
    const { chunk, offset } = this.#find(item)
    this.#size -= 1
    if (this.#chunks[chunk]!.length === 1) this.#chunks.splice(chunk, 1)
    else this.#own(chunk).splice(offset, 1)
  }

  /** Puts `after` where `before` stands; both sort alike. */
  replace(before: Item, after: Item): void {
    const { chunk, offset } = this.#find(before)
    this.#own(chunk)[offset] = after
  }

  /** The first place whose item is not before what is looked for. `order` is negative for the items before it. */
  seek(order: (item: Item) => number): Position {
    const chunk = lowest(this.#chunks.length, (index) => order(this.#chunks[index]!.at(-1)!) >= 0)
    const items = this.#chunks[chunk]
    return { chunk, offset: items ? lowest(items.length, (index) => order(items[index]!) >= 0) : 0 }
  }

  distance(from: Position, to: Position): number {
    if (from.chunk >= to.chunk) return from.chunk === to.chunk ? Math.max(0, to.offset - from.offset) : 0
    let count = to.offset - from.offset
    for (let chunk = from.chunk; chunk < to.chunk; chunk++) count += this.#chunks[chunk]!.length
    return count
  }

  /** Answers one item at a time between two places, from the far end when `backward`. Not to be used across a change. */
  walk(from: Position, to: Position, backward: boolean): () => Item | undefined {
    const chunks = this.#chunks
    let left = this.distance(from, to)
    let { chunk, offset } = backward ? to : from
    if (backward) {
      return () => {
        if (left-- <= 0) return undefined
        while (offset === 0) offset = chunks[--chunk]!.length
        return chunks[chunk]![--offset]
      }
    }
    return () => {
      if (left-- <= 0) return undefined
      while (offset === chunks[chunk]!.length) {
        chunk += 1
        offset = 0
      }
      return chunks[chunk]![offset++]
    }
  }

  share(): readonly (readonly Item[])[] {
    this.#shared = new Set(this.#chunks)
    return [...this.#chunks]
  }

  endSharing(): void {
    this.#shared = undefined
  }

  #own(chunk: number): Item[] {
    const items = this.#chunks[chunk]!
    if (!this.#shared?.delete(items)) return items
    return (this.#chunks[chunk] = items.slice())
  }

  #find(item: Item): Position {
    const position = this.seek((other) => this.#compare(other, item))
    if (this.#chunks[position.chunk]?.[position.offset] !== item) throw new Error('An index has lost a document')
    return position
  }
}

function cutIntoChunks<Item>(items: Item[]): Item[][] {
  const chunks: Item[][] = []
  for (let start = 0; start < items.length; start += fullChunk) chunks.push(items.slice(start, start + fullChunk))
  return chunks
}

/** The smallest index from which `holds` is true, or `length`. */
function lowest(length: number, holds: (index: number) => boolean): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}
