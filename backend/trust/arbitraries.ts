import fc from 'fast-check'
import * as z from 'zod'

/** What `z.toJSONSchema` makes of the contract. */
export type JsonSchema = {
  type?: string
  properties?: { [name: string]: JsonSchema }
  required?: string[]
  additionalProperties?: boolean | JsonSchema
  propertyNames?: JsonSchema
  items?: JsonSchema
  minItems?: number
  maxItems?: number
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  pattern?: string
  format?: string
  enum?: unknown[]
  const?: unknown
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
}

export function readJsonSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema
}

/** What is known to exist: by the name of the field that asks for it, and in all. */
export type Ids = {
  byField: { [field: string]: string }
  all: readonly string[]
  /** Stands in every text that says nothing of its form, as far as there is room for it. */
  word?: string
}

/** `plain` values mean no harm, so that a good share of the requests gets through; `nasty` ones have a text that does. */
type Mood = 'plain' | 'nasty'

const injections = [
  "' OR '1'='1",
  '"; DROP TABLE messages; --',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '{{7*7}}',
  '${process.exit(1)}',
  '../../../../etc/passwd',
  '=cmd|calc!A1',
  '%00',
  '%_\\',
  '[object Object]',
  '__proto__',
  'constructor',
  '$ne',
  '\r\nSet-Cookie: a=b',
]
const unicode = ['', ' ', '\u202e', '👩‍👩‍👧‍👦', 'é', 'ß', 'İ', '\ufeff', '\u0007', '\ud800', '\u0000', '﷽', '٣', '\u2028']
const dates = [
  '2026-02-31T00:00:00Z',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999Z',
  '2026-03-02T09:00:00Z',
  'now',
]
/** Some things can be planned for the future only, and not for too far away. */
const soon = [1, 30, 300].map((days) => new Date(Date.now() + days * 86_400_000).toISOString())
const numbers = [0, -0, -1, 1, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, 1e308, 0.1, 5e-324]

/** Anything at all, of the kinds that break programs. */
export const anything: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, [], {}, [[]], [null], { $gt: '' }, ...numbers),
  fc.constantFrom(...injections, ...unicode),
  fc.constantFrom('x'.repeat(300), 'y'.repeat(70_000)),
  fc.jsonValue({ maxDepth: 3 }),
)

/** A value that fits the schema most of the time: what JSON Schema cannot say, the server will refuse. */
export function fitting(schema: JsonSchema, ids: Ids, mood: Mood, name = ''): fc.Arbitrary<unknown> {
  if ('const' in schema) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  const options = schema.anyOf ?? schema.oneOf
  if (options) return fc.oneof(...options.map((option) => fitting(option, ids, mood, name)))
  switch (schema.type) {
    case 'object':
      return fittingObject(schema, ids, mood)
    case 'array':
      return fc.array(fitting(schema.items ?? {}, ids, mood, name.replace(/s$/, '')), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 4, (schema.minItems ?? 0) + 4),
      })
    case 'string':
      return mood === 'plain'
        ? plainText(schema, ids, name)
        : fc.oneof(plainText(schema, ids, name), nastyText(schema, ids))
    case 'integer':
      return fc.integer({
        min: Math.max(schema.minimum ?? -1000, -(2 ** 31)),
        max: Math.min(schema.maximum ?? 1000, 2 ** 31 - 1),
      })
    case 'number':
      return fc.double({ min: schema.minimum ?? -1e6, max: schema.maximum ?? 1e6, noNaN: true })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    default:
      return mood === 'plain' ? fc.constant(ids.word ?? 'plain') : anything
  }
}

function fittingObject(schema: JsonSchema, ids: Ids, mood: Mood): fc.Arbitrary<unknown> {
  // A made-up cursor is always refused, so it would hide what the rest of a query does.
  const properties = Object.entries(schema.properties ?? {}).filter(([name]) => mood === 'nasty' || name !== 'cursor')
  const named = fc.record(
    Object.fromEntries(properties.map(([name, property]) => [name, fitting(property, ids, mood, name)])),
    { requiredKeys: schema.required ?? [] },
  )
  if (typeof schema.additionalProperties !== 'object' || properties.length > 0) return named
  const value = fitting(schema.additionalProperties, ids, mood)
  return fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), value, { maxKeys: 4 })
}

function plainText(
  { format, pattern, minLength = 0, maxLength = 60 }: JsonSchema,
  ids: Ids,
  name: string,
): fc.Arbitrary<string> {
  if (format === 'date-time') return fc.constantFrom(...soon)
  if (format === 'email') return ids.word ? fc.constant(`${ids.word}@example.com`) : fc.emailAddress()
  if (format === 'uri') return fc.constantFrom('https://example.com/', 'https://example.invalid/a?b=c')
  const known = ids.byField[name]
  if (known !== undefined) return fc.constant(known)
  const matching = pattern === undefined ? undefined : tryPattern(pattern)
  if (matching) return matching
  if (ids.word) return fc.constant(ids.word.padEnd(minLength, '.').slice(0, Math.max(1, maxLength)))
  const length = { minLength: Math.max(1, minLength), maxLength: Math.max(1, Math.min(maxLength, minLength + 20)) }
  const letters = fc.string({ ...length, unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzäöü漢字🙂') })
  const numbers = fc.nat({ max: 99 }).map(String)
  return fc.oneof({ weight: 4, arbitrary: letters }, { weight: 1, arbitrary: numbers })
}

function nastyText({ format, minLength = 0, maxLength = 60 }: JsonSchema, ids: Ids): fc.Arbitrary<string> {
  if (format === 'date-time') return fc.constantFrom(...dates)
  if (format === 'uri')
    return fc.constantFrom('http://127.0.0.1:9/', 'javascript:1', 'file:///etc/passwd', ...injections)
  const most = Math.min(maxLength, 5000)
  return fc.oneof(
    fc.string({ minLength, maxLength: Math.min(maxLength, minLength + 40), unit: 'grapheme' }),
    fc.constantFrom('a'.repeat(minLength), 'a'.repeat(most), 'a'.repeat(most + 1)),
    fc.constantFrom(...injections, ...unicode),
    fc.constantFrom(...ids.all),
  )
}

/** Some patterns of the contract use what fast-check cannot turn around. */
function tryPattern(pattern: string): fc.Arbitrary<string> | undefined {
  try {
    return fc.stringMatching(new RegExp(pattern)).filter((text) => text.length < 5000)
  } catch {
    return undefined
  }
}

/** Takes a fitting value and breaks one thing: a wrong type, a missing field, one too many. */
export function broken(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc
    .tuple(value, anything, fc.nat(), fc.constantFrom('replace', 'remove', 'add', 'whole'))
    .map(([given, other, place, how]) => {
      if (how === 'whole' || typeof given !== 'object' || given === null || Array.isArray(given)) return other
      const copy: { [name: string]: unknown } = { ...given }
      const names = Object.keys(copy)
      const name = names[place % Math.max(1, names.length)] ?? 'extra'
      if (how === 'remove') delete copy[name]
      else copy[how === 'add' ? `extra${place % 7}` : name] = other
      return copy
    })
}
