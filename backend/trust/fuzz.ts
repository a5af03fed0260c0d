import fc from 'fast-check'
import type { Route } from '../contract/route.ts'
import type { TestApp } from '../test/world.ts'
import { anything, broken, fitting, readJsonSchema, type Ids } from './arbitraries.ts'
import type { Furnished } from './furnish.ts'
import type { Cookies } from './people.ts'

type NamedRoute = Route & { name: string }
type Attempt = {
  params: { [name: string]: string }
  query: unknown
  body: unknown
  as: keyof Cookies | 'nobody'
}
export type FuzzWorld = { test: TestApp; own: Furnished; foreign: Furnished; cookies: Cookies }

/**
 * Calls a route with requests that fit its contract, that almost fit and that do not, as every role. The server checks each
 * answer against the contract itself and fails with 500 when it does not fit; so it is enough that there is no 5xx, that
 * refusals have the shape of refusals, and that no word of the foreign workspace turns up. Answers what went wrong.
 */
export async function fuzzRoute(
  world: FuzzWorld,
  route: NamedRoute,
  runs: number,
  seed: number,
): Promise<string | undefined> {
  const property = fc.asyncProperty(attempts(world, route), async (attempt) =>
    checkAnswer(world, await send(world, route, attempt)),
  )
  // Not shrunk: what the first requests did cannot be undone, so the same request may pass the second time.
  const outcome = await fc.check(property, { numRuns: runs, seed, endOnFailure: true })
  if (!outcome.failed) return undefined
  return `${JSON.stringify(outcome.counterexample)}: ${String(outcome.errorInstance)}`
}

function attempts({ own, foreign }: FuzzWorld, route: NamedRoute): fc.Arbitrary<Attempt> {
  const { ids: known } = own
  const ids: Ids = {
    byField: {
      ...known,
      assignedTo: known['userId']!,
      ownerId: known['userId']!,
      mention: known['userId']!,
      replyTo: known['messageId']!,
      to: '+5511912345678',
      id: known['mediaId']!,
    },
    all: [...Object.values(known), ...Object.values(foreign.ids)],
  }
  const parameters = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => name!)
  const param = (name: string) =>
    fc.oneof(
      { weight: 8, arbitrary: fc.constant(own.ids[name] ?? 'x') },
      { weight: 2, arbitrary: fc.constantFrom(...ids.all) },
      { weight: 1, arbitrary: fc.constantFrom('..%2f..%2fetc', "'", '0', '%F0%9F%98%80', 'null', 'a'.repeat(300)) },
    )
  const part = (schema: Route['body']): fc.Arbitrary<unknown> => {
    if (!schema) return fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: anything })
    const [plain, nasty] = [
      fitting(readJsonSchema(schema), ids, 'plain'),
      fitting(readJsonSchema(schema), ids, 'nasty'),
    ]
    return fc.oneof(
      { weight: 3, arbitrary: plain },
      { weight: 2, arbitrary: nasty },
      { weight: 1, arbitrary: broken(plain) },
    )
  }
  return fc.record({
    params: fc.record(Object.fromEntries(parameters.map((name) => [name, param(name)]))),
    query: part(route.query),
    body: route.method === 'GET' ? fc.constant(undefined) : part(route.body),
    as: fc.constantFrom('owner', 'owner', 'admin', 'agent', 'nobody'),
  })
}

type Answered = { status: number; text: string; contentType: string }

async function send({ test, cookies }: FuzzWorld, route: NamedRoute, attempt: Attempt): Promise<Answered> {
  const path = route.path.replaceAll(/:(\w+)/g, (_, name: string) => attempt.params[name]!)
  const response = await fetch(`${test.url}/api${path}${toQuery(attempt.query)}`, {
    method: route.method,
    headers: {
      'sec-fetch-site': 'same-origin',
      ...(attempt.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(attempt.as === 'nobody' ? {} : { cookie: cookies[attempt.as] }),
    },
    ...(attempt.body === undefined ? {} : { body: JSON.stringify(attempt.body) }),
  })
  return {
    status: response.status,
    text: await response.text(),
    contentType: response.headers.get('content-type') ?? '',
  }
}

function toQuery(query: unknown): string {
  if (typeof query !== 'object' || query === null) return ''
  const pairs = Object.entries(query).map(([name, value]) => {
    const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
    return `${encodeURIComponent(name.toWellFormed())}=${encodeURIComponent(text.slice(0, 4000).toWellFormed())}`
  })
  return pairs.length > 0 ? `?${pairs.join('&')}` : ''
}

function checkAnswer({ foreign }: FuzzWorld, { status, text, contentType }: Answered): void {
  if (status >= 500) throw new Error(`${status}: ${text.slice(0, 500)}`)
  if (text.includes(foreign.canary)) throw new Error(`A word of another workspace came back: ${text.slice(0, 500)}`)
  if (!contentType.startsWith('application/json')) return
  const answer = JSON.parse(text) as { success: boolean; data?: unknown; message?: string; error?: { code?: string } }
  if (status < 400 ? answer.success !== true || answer.data === undefined : !isRefusal(answer))
    throw new Error(`${status} in a shape nobody expects: ${text.slice(0, 500)}`)
}

function isRefusal({ success, message, error }: { success: boolean; message?: string; error?: { code?: string } }) {
  return success === false && typeof message === 'string' && /^[a-z_]+\.[a-z_]+$/.test(error?.code ?? '')
}
