import type { Scalar } from '../../port.ts'

const shards = 128
/** Below this a plain Map grows in under a millisecond. */
const splitAt = 16_384

/** A Map that grows in small steps. V8 moves a whole Map when it doubles: 0.2 s of standstill at a million entries. */
export class ShardedMap<Value> {
  #shards: Map<Scalar, Value>[] = [new Map()]
  #size = 0

  get size(): number {
    return this.#size
  }

  get(key: Scalar): Value | undefined {
    return this.#shardOf(key).get(key)
  }

  set(key: Scalar, value: Value): void {
    const shard = this.#shardOf(key)
    const before = shard.size
    shard.set(key, value)
    this.#size += shard.size - before
    if (this.#shards.length === 1 && this.#size > splitAt) this.#split(shard)
  }

  /** Answers false, and changes nothing, when the key is there already. */
  add(key: Scalar, value: Value): boolean {
    const isNew = !this.#shardOf(key).has(key)
    if (isNew) this.set(key, value)
    return isNew
  }

  delete(key: Scalar): void {
    if (this.#shardOf(key).delete(key)) this.#size -= 1
  }

  *values(): Iterable<Value> {
    for (const shard of this.#shards) yield* shard.values()
  }

  #shardOf(key: Scalar): Map<Scalar, Value> {
    return this.#shards[this.#shards.length === 1 ? 0 : hash(key)]!
  }

  #split(whole: Map<Scalar, Value>): void {
    this.#shards = Array.from({ length: shards }, () => new Map())
    for (const [key, value] of whole) this.#shardOf(key).set(key, value)
  }
}

/** The end of an id is where ids differ. */
function hash(key: Scalar): number {
  if (typeof key !== 'string') return Number(key) & (shards - 1)
  let sum = key.length
  for (let index = Math.max(0, key.length - 10); index < key.length; index++)
    sum = (sum * 31 + key.charCodeAt(index)) | 0
  return (sum ^ (sum >>> 11)) & (shards - 1)
}
