import type { Instant } from '../../../../contract/values.ts'
import { readFlag, readId, readInstant, readList, readNumber, readObject, readText, type Json } from '../json.ts'
import { mapResult, type Graph, type GraphResult } from './call.ts'

type Account = { accessToken: string; businessAccountId: string }
type App = { appId: string; appSecret: string }

const product = 'whatsapp_business_account'
/** Lets the app speak for itself, without a person. */
const appToken = ({ appId, appSecret }: App) => `${appId}|${appSecret}`

export type SubscribedApp = { appId: string | null; name: string | null; overrideUrl: string | null }

/** Which apps get the webhooks of an account. Without being among them, an app gets none. */
export async function getSubscribedApps(
  graph: Graph,
  { accessToken: token, businessAccountId }: Account,
): Promise<GraphResult<SubscribedApp[]>> {
  const result = await graph.pages({ token, path: [businessAccountId, 'subscribed_apps'] })
  return mapResult(result, (rows) =>
    rows.map((row) => {
      const app = readObject(row['whatsapp_business_api_data'])
      return {
        appId: readId(app['id']) ?? null,
        name: readText(app['name']) ?? null,
        overrideUrl: readText(row['override_callback_uri']) ?? null,
      }
    }),
  )
}

/** Without an override, an earlier one is taken back. */
export async function subscribeApp(
  graph: Graph,
  { accessToken: token, businessAccountId }: Account,
  override?: { url: string; verifyToken: string },
): Promise<GraphResult<void>> {
  const json = override ? { override_callback_uri: override.url, verify_token: override.verifyToken } : {}
  return mapResult(
    await graph.call({ token, method: 'POST', path: [businessAccountId, 'subscribed_apps'], json }),
    () => undefined,
  )
}

export async function unsubscribeApp(
  graph: Graph,
  { accessToken: token, businessAccountId }: Account,
): Promise<GraphResult<void>> {
  return mapResult(
    await graph.call({ token, method: 'DELETE', path: [businessAccountId, 'subscribed_apps'] }),
    () => undefined,
  )
}

export type AppSubscription = { object: string; callbackUrl: string | null; isActive: boolean; fields: string[] }

/** Where the app's webhooks go and which fields they have. */
export async function getAppSubscriptions(graph: Graph, app: App): Promise<GraphResult<AppSubscription[]>> {
  const result = await graph.call({ token: appToken(app), path: [app.appId, 'subscriptions'] })
  return mapResult(result, (value) =>
    readList(value['data']).map((row) => ({
      object: readText(row['object']) ?? '',
      callbackUrl: readText(row['callback_url']) ?? null,
      isActive: readFlag(row['active']) ?? false,
      fields: fieldsOf(row),
    })),
  )
}

function fieldsOf(row: Json): string[] {
  if (!Array.isArray(row['fields'])) return []
  return (row['fields'] as unknown[]).flatMap((field) => readText(readObject(field)['name'] ?? field) ?? [])
}

export async function setAppSubscription(
  graph: Graph,
  app: App,
  { callbackUrl, verifyToken, fields }: { callbackUrl: string; verifyToken: string; fields: readonly string[] },
): Promise<GraphResult<void>> {
  const json = {
    object: product,
    callback_url: callbackUrl,
    verify_token: verifyToken,
    fields: fields.join(','),
    include_values: true,
  }
  return mapResult(
    await graph.call({ token: appToken(app), method: 'POST', path: [app.appId, 'subscriptions'], json }),
    () => undefined,
  )
}

export type TokenFacts = {
  appId: string | null
  appName: string | null
  /** SYSTEM_USER, USER, APP, PAGE … */
  type: string | null
  isValid: boolean
  /** Null: never. */
  expiresAt: Instant | null
  scopes: string[]
  /** Which accounts each permission reaches; null: all of them. */
  targets: { scope: string; ids: string[] | null }[]
  problem: string | null
}

/** What a token is good for. Asked with the app's own token where the secret is known, else with the token itself. */
export async function debugToken(
  graph: Graph,
  asker: App | { accessToken: string },
  inputToken: string,
): Promise<GraphResult<TokenFacts>> {
  const token = 'appSecret' in asker ? appToken(asker) : asker.accessToken
  const result = await graph.call({ token, path: ['debug_token'], query: { input_token: inputToken } })
  return mapResult(result, (value) => readTokenFacts(readObject(value['data'])))
}

function readTokenFacts(data: Json): TokenFacts {
  const expires = readNumber(data['expires_at']) ?? 0
  const granted = readList(data['granular_scopes']).flatMap((row) => {
    const scope = readText(row['scope'])
    const ids = Array.isArray(row['target_ids'])
      ? (row['target_ids'] as unknown[]).flatMap((id) => readId(id) ?? [])
      : null
    return scope ? [{ scope, ids }] : []
  })
  return {
    appId: readId(data['app_id']) ?? null,
    appName: readText(data['application']) ?? null,
    type: readText(data['type']) ?? null,
    isValid: readFlag(data['is_valid']) ?? false,
    expiresAt: expires > 0 ? (readInstant(expires) ?? null) : null,
    scopes: Array.isArray(data['scopes'])
      ? (data['scopes'] as unknown[]).flatMap((scope) => readText(scope) ?? [])
      : [],
    targets: granted,
    problem: readText(readObject(data['error'])['message']) ?? null,
  }
}
