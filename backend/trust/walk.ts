import fc from 'fast-check'
import type { Route } from '../contract/route.ts'
import { owner, type TestApp } from '../test/world.ts'
import { broken, fitting, readJsonSchema, type Ids } from './arbitraries.ts'
import { givenSecrets, headerSecrets, personal } from './canaries.ts'
import type { Furnished } from './furnish.ts'

type NamedRoute = Route & { name: string }
export type Call = { path: string; body?: string | FormData | undefined; headers?: { [name: string]: string } }
export type Answered = { status: number; text: string }

/** The requests of one route, with a canary in every place where a text can stand: right ones, and wrong ones of all kinds. */
export function callsOf(route: NamedRoute, { ids }: Furnished, seed: number): Call[] {
  const fill = (known: Ids) => {
    const query = route.query ? fitting(readJsonSchema(route.query), known, 'plain') : fc.constant({})
    const body =
      route.method === 'GET' || !route.body
        ? fc.constant(undefined)
        : fitting(readJsonSchema(route.body), known, 'plain')
    return { query, body }
  }
  const sample = <T>(arbitrary: fc.Arbitrary<T>, numRuns: number) => fc.sample(arbitrary, { seed, numRuns })
  const fields = {
    ...ids,
    ...Object.fromEntries(['assignedTo', 'ownerId', 'mention'].map((field) => [field, ids['userId']!])),
    ...Object.fromEntries(['to', 'phone', 'businessPhone'].map((field) => [field, `+${personal.phone}`])),
    replyTo: ids['messageId']!,
    id: ids['mediaId']!,
    ...givenSecrets,
  }
  const refused = fill({ byField: fields, all: Object.values(ids), word: personal.word })
  const taken = fill({
    byField: { ...fields, password: owner.password, current: owner.password },
    all: Object.values(ids),
    word: personal.word,
  })
  const path = (params: { [name: string]: string }, query: unknown = {}) =>
    `/api${route.path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? personal.word))}${queryOf(query)}`
  const json = (body: unknown) => (body === undefined ? undefined : JSON.stringify(body))

  const right = [refused, taken].flatMap(({ query, body }) =>
    sample(fc.record({ query, body }), 3).map((one): Call => ({ path: path(ids, one.query), body: json(one.body) })),
  )
  const hurt = sample(fc.record({ query: refused.query, body: broken(refused.body) }), 4).map(
    ({ query, body }): Call => ({ path: path(ids, query), body: json(body) }),
  )
  const everywhere = { ...givenSecrets, ...personal, [personal.word]: personal.word }
  const wrong: Call[] = [
    { path: path({}) },
    { path: path(ids, everywhere) },
    { path: path(ids), body: JSON.stringify(everywhere) },
    { path: path(ids), body: JSON.stringify(everywhere).slice(0, -9) },
    { path: path(ids), body: personal.word },
    { path: path(ids), body: new URLSearchParams(everywhere).toString(), headers: { 'content-type': 'text/plain' } },
    { path: `${path(ids)}/${personal.word}%` },
    { path: path(ids), body: json(sample(taken.body, 1)[0]), headers: { 'sec-fetch-site': 'cross-site' } },
  ]
  return [...right, ...hurt, ...wrong]
}

function queryOf(query: unknown): string {
  const pairs = Object.entries(query as { [name: string]: unknown }).map(([name, value]): [string, string] => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ])
  return pairs.length > 0 ? `?${new URLSearchParams(pairs).toString()}` : ''
}

/** As whoever the cookie says, from an address of its own, so that no limit of guesses hides what comes behind it. */
export function createSender({ url }: TestApp) {
  let count = 0
  return async (method: string, { path, body, headers }: Call, cookie: string): Promise<Answered> => {
    count++
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        'sec-fetch-site': 'same-origin',
        'x-forwarded-for': `10.${(count >> 16) & 255}.${(count >> 8) & 255}.${count & 255}`,
        'user-agent': personal.agent,
        referer: `${url}/inbox?search=${personal.word}`,
        authorization: `Bearer ${headerSecrets.bearer}`,
        'x-api-key': headerSecrets.bearer,
        'idempotency-key': `${personal.word}-${count}`,
        cookie,
        ...(typeof body === 'string' && method !== 'GET' ? { 'content-type': 'application/json' } : {}),
        ...headers,
      },
      ...(body === undefined || method === 'GET' ? {} : { body }),
    })
    return { status: response.status, text: await response.text() }
  }
}
