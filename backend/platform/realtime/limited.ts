import type { ServerEvent } from '../../contract/events.ts'
import type { Visibility } from '../../contract/workspace.ts'
import type { Log } from '../store/store.ts'
import type { Gate } from './realtime.ts'

/*
 * Browsers of people who do not see every conversation are in a room of their own. Each event about a conversation is
 * given to those who may see its assignee at that moment, and to nobody when that is not known. Somebody who loses a
 * conversation hears that it is gone.
 */

type Assignee = string | null

/** One browser, as far as this file needs to know it. */
export type LimitedSocket = {
  viewer: { userId: string; visibility: Visibility }
  send(event: ServerEvent): void
  /** It looks at this conversation no more. */
  evict(conversationId: string): void
}

type Options = { log: Log; assigneesOf: Gate['assigneesOf']; socketsOf: (workspaceId: string) => LimitedSocket[] }

export function createLimitedDelivery({ log, assigneesOf, socketsOf }: Options) {
  const turns = new Map<string, Promise<void>>()

  async function deliver(workspaceId: string, events: readonly ServerEvent[], only?: LimitedSocket): Promise<void> {
    const asked = events.flatMap((event) => (isAsked(event) ? (conversationOf(event) ?? []) : []))
    const assignees = asked.length === 0 ? new Map() : await assigneesOf(workspaceId, [...new Set(asked)])
    for (const event of events)
      for (const socket of only ? [only] : socketsOf(workspaceId)) give(socket, event, assignees)
  }

  return {
    /** One after the other, so that events keep their order. With `only`, for one browser. */
    push(workspaceId: string, events: readonly ServerEvent[], only?: LimitedSocket): void {
      if (!only && socketsOf(workspaceId).length === 0) return
      const before = turns.get(workspaceId) ?? Promise.resolve()
      const turn = before
        .then(() => deliver(workspaceId, events, only))
        .catch((error: unknown) => log.warn(`Live events were kept back: ${String(error)}`))
        .finally(() => turns.get(workspaceId) === turn && turns.delete(workspaceId))
      turns.set(workspaceId, turn)
    },
  }
}

function give(socket: LimitedSocket, event: ServerEvent, assignees: ReadonlyMap<string, Assignee>): void {
  if (event.name === 'lead:updated' || event.name === 'lead:removed') return giveLead(socket, event)
  const conversationId = conversationOf(event)
  if (conversationId === undefined) return socket.send(event)
  const sees = (assignee: Assignee | undefined) => assignee !== undefined && maySee(socket, assignee)
  if (event.name === 'conversation:removed') {
    if (sees(event.was)) socket.send(withoutPast(event))
    return
  }
  const carried = assigneeIn(event)
  const now = carried === nobody ? null : (carried ?? assignees.get(conversationId))
  if (sees(now)) return socket.send(event)
  const handOver = handOverIn(event)
  if (!handOver || !sees(handOver.before) || sees(handOver.after)) return
  socket.evict(conversationId)
  socket.send({ name: 'conversation:removed', payload: { conversationId } })
}

/** A lead is its owner's. Whoever sees it no more hears that it is gone. */
function giveLead(socket: LimitedSocket, { was, ...event }: LeadEvent): void {
  if (event.name === 'lead:updated' && maySee(socket, event.payload.lead.ownerId)) return socket.send(event)
  if (was === undefined || !maySee(socket, was)) return
  const leadId = event.name === 'lead:updated' ? event.payload.lead.id : event.payload.leadId
  socket.send({ name: 'lead:removed', payload: { leadId } })
}

type LeadEvent = Extract<ServerEvent, { name: 'lead:updated' | 'lead:removed' }>

function maySee({ viewer }: LimitedSocket, assignee: Assignee): boolean {
  return assignee === viewer.userId || (assignee === null && viewer.visibility === 'unassigned')
}

const withoutPast = ({ name, payload }: ServerEvent) => ({ name, payload }) as ServerEvent

/** Any payload that names a conversation, at its top or one step down, also those of events that are still to come. */
function conversationOf({ payload }: ServerEvent): string | undefined {
  const fields = payload as Record<string, unknown>
  const conversation = fields['conversation'] as { id?: string } | undefined
  if (conversation?.id) return conversation.id
  for (const value of [fields, ...Object.values(fields)]) {
    const id = (value as { conversationId?: unknown } | null)?.conversationId
    if (typeof id === 'string') return id
  }
  return undefined
}

const nobody = Symbol('nobody')

/** The assignee an event carries; `nobody` is one too. */
function assigneeIn({ payload }: ServerEvent): string | typeof nobody | undefined {
  const { conversation } = payload as { conversation?: { assignedTo?: Assignee } }
  return conversation?.assignedTo === null ? nobody : conversation?.assignedTo
}

const known = new Set<ServerEvent['name']>(['conversation:removed', 'lead:updated', 'lead:removed'])
const isAsked = (event: ServerEvent) => !known.has(event.name) && assigneeIn(event) === undefined

/** The line of the thread that says who had the conversation before. */
function handOverIn({ name, payload }: ServerEvent): { before: Assignee; after: Assignee } | undefined {
  if (name !== 'activity:new') return undefined
  const { kind, before, after } = (payload as { entry: { kind: string; before: unknown; after: unknown } }).entry
  return kind === 'assigned' ? { before: before as Assignee, after: after as Assignee } : undefined
}
