import { createHash, type Hash } from 'node:crypto'
import type { Instant } from '../../../contract/values.ts'

/*
 * Total readers of JSON that others wrote: a wrong type reads as missing, and nothing here throws. What they hand on can
 * be kept by both stores: no NUL, no halves of surrogate pairs, no endless strings, no bottomless nesting.
 */
export type Json = Readonly<Record<string, unknown>>

const nothing: Json = Object.freeze({})

/** WhatsApp's own longest text; more is not a message but an attack on the disk. */
const longestText = 65_536
/** Indexes of PostgreSQL take some 2,700 bytes; Meta's longest id has about 160. */
const longestId = 512

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function readObject(value: unknown): Json {
  return isObject(value) ? value : nothing
}

/** The objects of a list. A lone object counts as a list of one. */
export function readList(value: unknown): Json[] {
  if (Array.isArray(value)) return value.filter(isObject)
  return isObject(value) ? [value] : []
}

/** A member by a name that came from outside, so never `constructor` and the like. */
export function readMember(value: Json, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : undefined
}

/** An entry of a table of ours by a name that came from outside. */
export function lookUp<Value>(table: { readonly [name: string]: Value }, name: string | undefined): Value | undefined {
  return name !== undefined && Object.hasOwn(table, name) ? table[name] : undefined
}

/** A text or a number as text; empty is missing. */
export function readText(value: unknown): string | undefined {
  if (typeof value === 'string') return cleanText(value) || undefined
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value))) return String(value)
  return undefined
}

export function readId(value: unknown): string | undefined {
  const id = readText(value)?.trim()
  if (!id || id.length <= longestId) return id || undefined
  return `sha256:${createHash('sha256').update(id).digest('hex')}`
}

export function readNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

export function readFlag(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value
  if (value === 'true' || value === 1) return true
  return value === 'false' || value === 0 ? false : undefined
}

// Before WhatsApp existed, and far enough ahead for everything that Meta announces.
const earliest = Date.UTC(2009, 0, 1)
const latest = Date.UTC(2100, 0, 1)

/** Unix seconds (or milliseconds, or a written date) as an instant; absurd ones are missing. */
export function readInstant(value: unknown): Instant | undefined {
  const number = readNumber(value)
  const time = number === undefined ? Date.parse(readText(value) ?? '') : number < 1e11 ? number * 1000 : number
  return time >= earliest && time < latest ? new Date(time).toISOString() : undefined
}

/** The beginning of a text, without half of a character at its end. */
export function cutText(text: string, length: number): string {
  return text.length > length ? text.slice(0, length).replace(/[\ud800-\udbff]$/, '') : text
}

export function cleanText(text: string): string {
  const short = text.length > longestText ? `${text.slice(0, longestText)}…` : text
  const whole = short.isWellFormed() ? short : short.toWellFormed()
  return whole.includes('\u0000') ? whole.replaceAll('\u0000', '') : whole
}

/** A copy that both stores can keep: cut at a depth and at a size that no honest message reaches. */
export function keepJson(value: unknown, budget = { characters: 64_000 }, depth = 0): unknown {
  budget.characters -= 8
  if (budget.characters < 0 || depth > 24) return null
  if (typeof value === 'string') {
    const text = cleanText(value)
    budget.characters -= text.length
    return text
  }
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value === 'boolean') return value
  if (Array.isArray(value)) return keepArray(value, budget, depth)
  return isObject(value) ? keepObject(value, budget, depth) : null
}

function keepArray(value: readonly unknown[], budget: { characters: number }, depth: number): unknown[] {
  const kept: unknown[] = []
  for (const part of value) {
    if (budget.characters < 0) break
    kept.push(keepJson(part, budget, depth + 1))
  }
  return kept
}

function keepObject(value: Json, budget: { characters: number }, depth: number): Json {
  const kept: Record<string, unknown> = {}
  for (const name in value) {
    if (budget.characters < 0) break
    const key = cleanText(name)
    if (key === '__proto__' || !Object.hasOwn(value, name)) continue
    budget.characters -= key.length
    kept[key] = keepJson(value[name], budget, depth + 1)
  }
  return kept
}

/** The same for the same JSON, whatever the order of its members. */
export function fingerprint(value: unknown): string {
  const hash = createHash('sha256')
  feed(hash, value, 0)
  return hash.digest('base64url')
}

function feed(hash: Hash, value: unknown, depth: number): void {
  if (depth > 200) return
  if (Array.isArray(value)) {
    hash.update('[')
    for (const part of value) feed(hash, part, depth + 1)
    hash.update(']')
  } else if (isObject(value)) {
    hash.update('{')
    for (const name of Object.keys(value).toSorted()) {
      hash.update(`${JSON.stringify(name)}:`)
      feed(hash, value[name], depth + 1)
    }
    hash.update('}')
  } else hash.update(typeof value === 'bigint' ? `${value}n,` : `${JSON.stringify(value) ?? 'undefined'},`)
}
