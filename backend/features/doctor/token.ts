import type { Check } from '../../contract/doctor.ts'
import type { GraphClient, GraphFailure, GraphResult, TokenFacts } from '../../platform/channel/channel.ts'
import { say } from './findings.ts'

export type App = { appId: string; appSecret: string }
export type TokenFindings = { appSecret: Check; token: Check; scopes?: Check; facts?: TokenFacts }

const invalidToken = 190
const badParameter = 100

/** What Meta says about the app and the token. Asked as the app, so that the answer proves the secret too. */
export async function examineToken(graph: GraphClient, app: App, token: string, now: Date): Promise<TokenFindings> {
  const result = await graph.debugToken(app, token)
  if (result.ok) return { appSecret: say('app_secret.ok'), ...readFacts(result.value, app.appId, now) }
  if (result.kind === 'unreachable')
    return { appSecret: unreachable('app_secret.unreachable', result), token: unreachable('token.unreachable', result) }
  // Meta tells an app nothing about the tokens of others, in which case the app itself was right.
  if (result.refusal.code === badParameter) {
    const { value } = await askToken(graph, token)
    return {
      appSecret: say('app_secret.ok'),
      token: say('token.other_app', { app: value?.appName ? ` (${value.appName})` : '' }),
    }
  }
  return { appSecret: say('app_secret.wrong', {}, detailsOf(result)), ...(await examineTokenAlone(graph, token, now)) }
}

/** Without a proven app: the token is asked about itself. */
export async function examineTokenAlone(
  graph: GraphClient,
  token: string,
  now: Date,
): Promise<Omit<TokenFindings, 'appSecret'>> {
  const result = await graph.debugToken({ accessToken: token }, token)
  if (result.ok) return readFacts(result.value, null, now)
  if (result.kind === 'unreachable') return { token: unreachable('token.unreachable', result) }
  if (result.refusal.code !== invalidToken) return { token: unreachable('token.unreachable', result) }
  return { token: sayBroken(null, detailsOf(result), now) }
}

async function askToken(graph: GraphClient, token: string): Promise<{ value?: TokenFacts }> {
  const result: GraphResult<TokenFacts> = await graph.debugToken({ accessToken: token }, token)
  return result.ok ? { value: result.value } : {}
}

function readFacts(facts: TokenFacts, appId: string | null, now: Date): Omit<TokenFindings, 'appSecret'> {
  const token = checkKind(facts, appId, now)
  return token.state === 'failed' ? { token } : { token, scopes: checkScopes(facts.scopes), facts }
}

/** A temporary token of the set-up page lives a day; one that ends within three is as good as that. */
const soon = 72

function checkKind(facts: TokenFacts, appId: string | null, now: Date): Check {
  if (facts.type === 'APP') return say('token.is_app_token')
  if (facts.type === 'PAGE') return say('token.is_page_token')
  if (!facts.isValid) return sayBroken(facts.expiresAt, facts.problem, now)
  if (appId && facts.appId && facts.appId !== appId)
    return say('token.other_app', { app: facts.appName ? ` (${facts.appName})` : '' })
  if (!facts.expiresAt) return say('token.ok')
  const hours = Math.ceil((Date.parse(facts.expiresAt) - now.getTime()) / 3_600_000)
  if (hours <= soon) return say('token.expires_soon', { hours: hours === 1 ? 'one hour' : `${hours} hours` })
  return say('token.ok_until', { date: dateOf(facts.expiresAt) })
}

/** Meta has one code for all dead tokens; only its English words tell them apart. */
function sayBroken(expiresAt: string | null, problem: string | null, now: Date): Check {
  if (expiresAt && Date.parse(expiresAt) <= now.getTime())
    return say('token.expired', { date: dateOf(expiresAt) }, problem)
  if (/has expired/i.test(problem ?? '')) return say('token.expired', { date: 'a day that has passed' }, problem)
  if (/invalidated|revoked|logged out|changed/i.test(problem ?? '')) return say('token.revoked', {}, problem)
  return say('token.invalid', {}, problem)
}

function checkScopes(scopes: readonly string[]): Check {
  const maySend = scopes.includes('whatsapp_business_messaging')
  const mayManage = scopes.includes('whatsapp_business_management')
  if (maySend && mayManage) return say('scopes.ok')
  if (maySend) return say('scopes.management_missing')
  return say(mayManage ? 'scopes.messaging_missing' : 'scopes.both_missing')
}

/** The accounts that were granted for both permissions; null when Meta does not list them. */
export function accountIdsOf({ targets }: TokenFacts): string[] | null {
  const granted = ['whatsapp_business_management', 'whatsapp_business_messaging'].map(
    (scope) => targets.find((target) => target.scope === scope)?.ids ?? null,
  )
  const listed = granted.filter((ids) => ids !== null)
  if (listed.length === 0) return null
  return listed[0]!.filter((id) => listed.every((ids) => ids.includes(id)))
}

export const dateOf = (instant: string) => instant.slice(0, 10)

export function detailsOf({ refusal }: GraphFailure): string | null {
  return refusal.error.details ?? null
}

export function unreachable(
  code: Extract<Parameters<typeof say>[0], `${string}.unreachable`>,
  failure: GraphFailure,
): Check {
  return say(code, {}, detailsOf(failure))
}
