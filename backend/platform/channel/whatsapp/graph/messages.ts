import type { HttpAnswer, HttpFailure } from '../../../http-client.ts'
import type { Credentials, Outgoing, SendOutcome } from '../../channel.ts'
import { findErrorRow, refusalFrom } from '../errors.ts'
import { isObject, readId, readList, readNumber, readObject, readText, type Json } from '../json.ts'
import { compact } from '../messages/kind.ts'
import { renderMessage } from '../render.ts'
import { mapResult, readBody, refusedBy, unreachable, type Graph, type GraphResult } from './call.ts'

/** Meta has no idempotency key, so whatever may have gone out is told apart from what certainly has not. */
export async function sendMessage(graph: Graph, credentials: Credentials, outgoing: Outgoing): Promise<SendOutcome> {
  const body = renderSafely(outgoing)
  if (!body) return notPossible
  const { accessToken: token, phoneNumberId } = credentials
  const answer = await graph.exchange({ token, method: 'POST', path: [phoneNumberId, 'messages'], json: body })
  return answer.ok ? outcomeOf(answer) : outcomeOfFailure(answer)
}

function renderSafely(outgoing: Outgoing): object | undefined {
  try {
    return renderMessage(outgoing)
  } catch {
    return undefined
  }
}

const notPossible: SendOutcome = {
  kind: 'refused',
  refusal: {
    code: 0,
    scope: 'message',
    ambiguous: false,
    error: {
      code: 'message.not_possible',
      message: 'This message cannot be sent as it is: its file is missing, or only customers can write such a message.',
      actor: 'agent',
      action: 'edit',
    },
  },
}

function outcomeOfFailure({ kind, reason }: HttpFailure): SendOutcome {
  return kind === 'not_sent' || kind === 'forbidden' ? { kind: 'not_sent', reason } : { kind: 'unknown', reason }
}

function outcomeOf(answer: HttpAnswer): SendOutcome {
  const body = readBody(answer)
  const { status } = answer
  if (status >= 200 && status < 300) return acceptedOf(body)
  const hasError = isObject(body['error'])
  const isGateway =
    status === 502 || status === 504 || status === 408 || status < 200 || (status >= 300 && status < 400)
  if (isGateway || (status >= 500 && !hasError))
    return { kind: 'unknown', reason: `HTTP ${status} from between here and WhatsApp` }
  const refusal = refusalFrom(status, body)
  // An error that nobody has told us about, on the side of Meta: it may have struck after the message was taken.
  const isKnown = findErrorRow(refusal.code) !== undefined
  if (refusal.ambiguous && !isKnown) return { kind: 'unknown', reason: refusal.error.details ?? `HTTP ${status}` }
  return { kind: 'refused', refusal }
}

function acceptedOf(body: Json): SendOutcome {
  const [message] = readList(body['messages'])
  const providerMessageId = readId(message?.['id'])
  if (!providerMessageId) return { kind: 'unknown', reason: 'WhatsApp answered without an id of the message' }
  const [contact] = readList(body['contacts'])
  const status = readText(message?.['message_status'])
  return compact({
    kind: 'accepted' as const,
    providerMessageId,
    phone: readId(contact?.['wa_id']),
    bsuid: readId(contact?.['user_id']),
    held: status && status !== 'accepted' ? status : undefined,
  })
}

/** Earlier messages of the chat are marked as well. "typing…" shows for 25 seconds or until the answer. */
export async function markRead(
  graph: Graph,
  { accessToken: token, phoneNumberId }: Credentials,
  providerMessageId: string,
  { typing = false }: { typing?: boolean } = {},
): Promise<GraphResult<void>> {
  const json = {
    messaging_product: 'whatsapp',
    status: 'read',
    message_id: providerMessageId,
    ...(typing ? { typing_indicator: { type: 'text' } } : {}),
  }
  return mapResult(
    await graph.call({ token, method: 'POST', path: [phoneNumberId, 'messages'], json }),
    () => undefined,
  )
}

export type BlockedUsers = { done: string[]; failed: { user: string; reason: string }[] }

/** Only people who wrote in the last 24 hours can be blocked. */
export async function changeBlockedUsers(
  graph: Graph,
  { accessToken: token, phoneNumberId }: Credentials,
  action: 'block' | 'unblock',
  users: readonly string[],
): Promise<GraphResult<BlockedUsers>> {
  const json = { messaging_product: 'whatsapp', block_users: users.map((user) => ({ user })) }
  const method = action === 'block' ? 'POST' : 'DELETE'
  const answer = await graph.exchange({ token, method, path: [phoneNumberId, 'block_users'], json })
  if (!answer.ok) return unreachable(answer)
  const body = readBody(answer)
  const code = readNumber(readObject(body['error'])['code'])
  // Some done and some not is an error to Meta, with both lists beside it.
  if (answer.status < 300 || code === 139100) return { ok: true, value: readBlocked(body) }
  return refusedBy(answer.status, body)
}

function readBlocked(body: Json): BlockedUsers {
  const result = readObject(body['block_users'])
  const done = [...readList(result['added_users']), ...readList(result['removed_users'])]
  return {
    done: done.flatMap((user) => userOf(user) ?? []),
    failed: readList(result['failed_users']).map((user) => {
      const [error] = readList(user['errors'])
      return { user: userOf(user) ?? '', reason: refusalFrom(400, { error }).error.message }
    }),
  }
}

const userOf = (user: Json) => readId(user['input'] ?? user['wa_id'] ?? user['user_id'] ?? user['user'])

export async function listBlockedUsers(
  graph: Graph,
  { accessToken: token, phoneNumberId }: Credentials,
): Promise<GraphResult<string[]>> {
  const pages = await graph.pages({ token, path: [phoneNumberId, 'block_users'], query: { limit: 1000 } })
  // In some answers the people are the rows, in others the rows hold them.
  const usersOf = (row: Json) => (row['block_users'] === undefined ? [row] : readList(row['block_users']))
  return mapResult(pages, (rows) => rows.flatMap(usersOf).flatMap((user) => userOf(user) ?? []))
}
