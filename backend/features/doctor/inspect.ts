import type { doctor as routes, Check, FoundNumber } from '../../contract/doctor.ts'
import type { Result } from '../../contract/route.ts'
import type { Context } from '../../feature.ts'
import type { GraphClient, PhoneNumber } from '../../platform/channel/channel.ts'
import type { DoctorDeps } from './deps.ts'
import { isPassable } from './examine.ts'
import { say, sayLater } from './findings.ts'
import { isRegistered } from './number.ts'
import { checkPasted, type Pasted } from './pasted.ts'
import { callbackUrlFor } from './reports.ts'
import { accountIdsOf, detailsOf, examineToken, type TokenFindings } from './token.ts'

type Inspection = Result<typeof routes.inspect>
type Accounts = Inspection['accounts']

/** What the pasted values are good for, and which numbers they reach. Nothing is stored. */
export async function inspectCredentials(
  deps: DoctorDeps,
  context: Context,
  { businessAccountId, ...pasted }: Pasted & { businessAccountId?: string | undefined },
): Promise<Inspection> {
  const callbackUrl = await callbackUrlFor(deps, context, undefined)
  const lines = await inspectPasted(deps.graph, pasted, context.now())
  if (!isPassable(lines.token) || !isPassable(lines.scopes))
    return { checks: [...lines.checks, sayLater('account'), sayLater('number')], accounts: [], callbackUrl }
  const ids = businessAccountId ? [businessAccountId] : accountIdsOf(lines.facts!)
  if (!ids) return { checks: [...lines.checks, say('account.unlisted'), sayLater('number')], accounts: [], callbackUrl }
  const { checks, accounts } = await findNumbers(deps.graph, context, pasted.accessToken, ids)
  return { checks: [...lines.checks, ...checks], accounts, callbackUrl }
}

type Lines = Partial<TokenFindings> & { checks: Check[] }

/** App ID, secret, token and permissions: first by their form, then by asking Meta. */
export async function inspectPasted(graph: GraphClient, pasted: Pasted, now: Date): Promise<Lines> {
  const wrong = checkPasted(pasted)
  if (Object.keys(wrong).length > 0)
    return {
      checks: [
        wrong.appId ?? say('app_id.ok'),
        wrong.appSecret ?? sayLater('app_secret'),
        wrong.token ?? sayLater('token'),
        sayLater('scopes'),
      ],
    }
  const app = { appId: pasted.appId, appSecret: pasted.appSecret }
  const found = await examineToken(graph, app, pasted.accessToken, now)
  const { appSecret, token, scopes } = found
  // A token may be fine by itself; with a secret that is not this app's, webhooks would all be refused.
  if (appSecret.state === 'failed')
    return {
      checks: [say('app_id.ok'), appSecret, token.state === 'failed' ? token : sayLater('token'), sayLater('scopes')],
    }
  return { ...found, checks: [say('app_id.ok'), appSecret, token, scopes ?? sayLater('scopes')] }
}

async function findNumbers(
  graph: GraphClient,
  { store }: Context,
  accessToken: string,
  ids: readonly string[],
): Promise<{ checks: Check[]; accounts: Accounts }> {
  if (ids.length === 0) return { checks: [say('account.none'), sayLater('number')], accounts: [] }
  const accounts: Accounts = []
  for (const businessAccountId of ids) {
    const listed = await graph.listPhoneNumbers({ accessToken, businessAccountId })
    if (!listed.ok) {
      const code = listed.kind === 'unreachable' ? 'account.unreachable' : 'account.no_access'
      if (ids.length === 1)
        return {
          checks: [say(code, { account: businessAccountId }, detailsOf(listed)), sayLater('number')],
          accounts: [],
        }
      continue
    }
    const known = await store.channels.find({
      where: { phoneNumberId: { in: listed.value.map(({ id }) => id) } },
      limit: listed.value.length + 1,
    })
    const channelOf = (id: string) => known.find(({ phoneNumberId }) => phoneNumberId === id)?.id ?? null
    accounts.push({
      id: businessAccountId,
      numbers: listed.value.map((number) => presentFound(number, channelOf(number.id))),
    })
  }
  return { checks: describeAccounts(accounts), accounts }
}

function describeAccounts(accounts: Accounts): Check[] {
  const [first] = accounts
  if (!first) return [say('account.no_access', { account: '' }), sayLater('number')]
  const numbers = accounts.flatMap((account) => account.numbers)
  const account =
    accounts.length === 1 ? say('account.ok', { account: first.id }) : say('account.many', { count: accounts.length })
  if (numbers.length === 0) return [account, say('number.none')]
  const [only] = numbers
  return [
    account,
    numbers.length === 1
      ? say('number.ok', { phone: only!.displayPhone, name: only!.verifiedName ?? '' })
      : say('number.choose', { count: numbers.length }),
  ]
}

function presentFound(number: PhoneNumber, channelId: string | null): FoundNumber {
  const { id, displayPhone, info, isOnPhoneApp } = number
  return {
    id,
    displayPhone: displayPhone ?? id,
    verifiedName: info.verifiedName ?? null,
    quality: info.quality ?? null,
    status: info.status ?? null,
    isRegistered: isRegistered(number),
    isOnPhoneApp,
    channelId,
  }
}
