import fc from 'fast-check'
import type { Route } from '../contract/route.ts'
import { model } from '../model/index.ts'
import { owner, type TestApp } from '../test/world.ts'
import { fitting, readJsonSchema, type Ids, type JsonSchema } from './arbitraries.ts'
import type { Furnished } from './furnish.ts'

export type NamedRoute = Route & { name: string }
/** One place of a request where an id can stand: a parameter, or a field of the query or the body, `inside` of another one. */
export type Place = { part: 'params' | 'query' | 'body'; field: string; inside?: boolean }
type Parts = { params: { [name: string]: string }; query: Fields; body: Fields | undefined }
type Fields = { [name: string]: unknown }

/** Fields that name an object under another name than the parameters of paths do. */
const aliases: { [field: string]: string } = {
  actorId: 'userId',
  assignedTo: 'userId',
  mergeId: 'contactId',
  ownerId: 'userId',
  replyTo: 'messageId',
  after: 'leadId',
  pictureMediaId: 'mediaId',
}

export function parametersOf({ path }: Route): string[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => name!)
}

/** Every place of a route that takes the id of something a workspace owns. */
export function placesOf(route: NamedRoute): Place[] {
  const inPath = parametersOf(route)
    .filter((name) => name !== 'token')
    .map((field): Place => ({ part: 'params', field }))
  const inPart = (part: 'query' | 'body') =>
    Object.keys((route[part] && readJsonSchema(route[part]).properties) ?? {})
      .filter((field) => kindOf(field) !== undefined)
      .map((field): Place => ({ part, field }))
  const within = new Set(route.body ? fieldsInside(readJsonSchema(route.body)) : [])
  // A saved view is a name and words that are looked up when it is used; its name can be taken once only.
  const isView = route.path.startsWith('/saved-views')
  const inside = (isView ? [] : [...within]).map((field): Place => ({ part: 'body', field, inside: true }))
  return [...inPath, ...inPart('query'), ...inPart('body'), ...inside]
}

/** Names of fields with an id that stand deeper than at the top. */
function fieldsInside(schema: JsonSchema, depth = 0): string[] {
  const options = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.items ? [schema.items] : [])]
  const fields = Object.entries(schema.properties ?? {})
  return [
    ...options.flatMap((option) => fieldsInside(option, depth)),
    ...fields.flatMap(([name, field]) => [
      ...(depth > 0 && kindOf(name) !== undefined ? [name] : []),
      ...fieldsInside(field, depth + 1),
    ]),
  ]
}

/** The body with this id in every field of that name below the top; undefined when it has none. */
function putInside(value: unknown, field: string, id: string, depth = 0): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => putInside(item, field, id, depth))
    return items.some((item) => item !== undefined) ? value.map((item, index) => items[index] ?? item) : undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const changed = Object.entries(value).flatMap(([name, member]) => {
    if (name === field && depth > 0 && typeof member === 'string') return [[name, id] as const]
    const inner = putInside(member, field, id, depth + 1)
    return inner === undefined ? [] : [[name, inner] as const]
  })
  return changed.length > 0 ? { ...value, ...Object.fromEntries(changed) } : undefined
}

/** Under which parameter name the ids of this field are known: `contactIds` holds what `contactId` is. */
export function kindOf(field: string): string | undefined {
  if (aliases[field]) return aliases[field]
  return /^(contact|conversation|channel|lead|media|message|segment|template|user|note|rule)Ids?$/.test(field)
    ? field.replace(/s$/, '')
    : undefined
}

/** Requests of an owner that are right but for the id in one place, which is given. */
export function buildRequests(
  route: NamedRoute,
  place: Place,
  { ids }: Furnished,
  id: string,
  samples: number,
): Parts[] {
  const byField = { ...ids, ...Object.fromEntries(Object.entries(aliases).map(([field, kind]) => [field, ids[kind]!])) }
  const known: Ids = {
    byField: { ...byField, to: '+5511912345678', id: ids['mediaId']!, password: owner.password },
    all: Object.values(ids),
  }
  const part = (schema: Route['body'], isPlace: boolean): fc.Arbitrary<Fields | undefined> => {
    if (!schema) return fc.constant(undefined)
    const json = readJsonSchema(schema)
    const required = isPlace ? [...(json.required ?? []), place.field] : json.required
    const whole: JsonSchema = { ...json, ...(required ? { required } : {}) }
    return fitting(whole, known, 'plain').map((value) =>
      isPlace ? { ...(value as Fields), [place.field]: place.field.endsWith('Ids') ? [id] : id } : (value as Fields),
    )
  }
  const params = Object.fromEntries(parametersOf(route).map((name) => [name, ids[name] ?? 'x']))
  const isTop = (part: Place['part']) => place.part === part && !place.inside
  const request = fc.record({
    params: fc.constant(place.part === 'params' ? { ...params, [place.field]: id } : params),
    query: part(route.query, isTop('query')).map((query) => query ?? {}),
    body: route.method === 'GET' ? fc.constant(undefined) : part(route.body, isTop('body')),
  })
  // The same seed for the foreign and the unknown id, so that nothing but the id differs.
  if (!place.inside) return fc.sample(request, { seed: 7, numRuns: samples })
  const filled = fc.sample(request, { seed: 7, numRuns: 400 }).flatMap((one) => {
    const body = putInside(one.body, place.field, id)
    return body === undefined ? [] : [{ ...one, body: body as Fields }]
  })
  return filled.slice(0, samples)
}

export async function sendAs(test: TestApp, cookie: string, route: NamedRoute, { params, query, body }: Parts) {
  const path = route.path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name]!))
  const search = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
  const address = `/api${path}${search.length > 0 ? `?${search.join('&')}` : ''}`
  const { status, body: answer } = await test.call(route.method, address, body, { cookie })
  return { status, answer }
}

/** As it would be without the words that differ from request to request. */
export function comparable({ status, answer }: { status: number; answer: unknown }, id: string): string {
  return (
    JSON.stringify({ status, answer })
      .replaceAll(id, '<id>')
      .replaceAll(/"(requestId|cursor|createdAt|updatedAt)":"[^"]*"/g, '"$1":"…"')
      // What a request makes has an id and a place of its own.
      .replaceAll(/"position":\d+/g, '"position":0')
      .replaceAll(/"([a-z]+)_[0-9a-z]{20,}"/gi, '"$1_…"')
  )
}

/** All that a workspace owns, to see that nothing of it changed. */
export async function readEverything({ app }: TestApp, workspaceId: string): Promise<object> {
  const found: { [collection: string]: unknown } = {}
  const store = app.store.workspace(workspaceId) as unknown as {
    [name: string]: { find(query: object): Promise<unknown[]> }
  }
  for (const [name, spec] of Object.entries(model))
    if (!('shared' in spec && spec.shared)) found[name] = await store[name]!.find({ limit: 1000 })
  found['workspace'] = await app.store.system.workspaces.get(workspaceId)
  return found
}
