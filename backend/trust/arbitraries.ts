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

/** Ids that exist, to be put wherever an id is asked for. */
export type Ids = readonly string[]

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
const numbers = [0, -0, -1, 1, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, 1e308, 0.1, 5e-324]

/** Anything at all, of the kinds that break programs. */
export const anything: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, [], {}, [[]], [null], { $gt: '' }, ...numbers),
  fc.constantFrom(...injections, ...unicode),
  fc.constantFrom('x'.repeat(300), 'y'.repeat(70_000)),
  fc.jsonValue({ maxDepth: 3 }),
)

/** A value that fits the schema most of the time: what JSON Schema cannot say, the server will refuse. */
export function fitting(schema: JsonSchema, ids: Ids): fc.Arbitrary<unknown> {
  if ('const' in schema) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  const options = schema.anyOf ?? schema.oneOf
  if (options) return fc.oneof(...options.map((option) => fitting(option, ids)))
  switch (schema.type) {
    case 'object':
      return fittingObject(schema, ids)
    case 'array':
      return fc.array(fitting(schema.items ?? {}, ids), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 4, (schema.minItems ?? 0) + 4),
      })
    case 'string':
      return fittingText(schema, ids)
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
      return anything
  }
}

function fittingObject(schema: JsonSchema, ids: Ids): fc.Arbitrary<unknown> {
  const properties = Object.entries(schema.properties ?? {})
  const named = fc.record(Object.fromEntries(properties.map(([name, property]) => [name, fitting(property, ids)])), {
    requiredKeys: schema.required ?? [],
  })
  if (typeof schema.additionalProperties !== 'object' || properties.length > 0) return named
  return fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fitting(schema.additionalProperties, ids), { maxKeys: 4 })
}

function fittingText({ format, pattern, minLength = 0, maxLength = 60 }: JsonSchema, ids: Ids): fc.Arbitrary<string> {
  if (format === 'date-time') return fc.constantFrom('2026-03-02T09:00:00.000Z', '2027-12-31T23:59:59Z', ...dates)
  if (format === 'email') return fc.emailAddress()
  if (format === 'uri') return fc.constantFrom('http://127.0.0.1:9/', 'https://example.invalid/a?b=c', 'javascript:1')
  const text = fc.string({ minLength, maxLength: Math.min(maxLength, minLength + 40), unit: 'grapheme' })
  const boundaries = fc.constantFrom(
    'a'.repeat(minLength),
    'a'.repeat(Math.min(maxLength, 5000)),
    'a'.repeat(Math.min(maxLength, 5000) + 1),
  )
  const pieces: fc.WeightedArbitrary<string>[] = [
    { weight: 4, arbitrary: text },
    { weight: 1, arbitrary: boundaries },
    { weight: 1, arbitrary: fc.constantFrom(...injections, ...unicode) },
  ]
  if (ids.length > 0) pieces.push({ weight: 4, arbitrary: fc.constantFrom(...ids) })
  const matching = pattern === undefined ? undefined : tryPattern(pattern)
  if (matching) pieces.push({ weight: 6, arbitrary: matching })
  return fc.oneof(...pieces)
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
