import type { RequestHandler } from 'express'
import { graphErrorOf } from '../errors/graph-error.ts'
import { type Fault, isAcceptedFirst } from '../faults/fault.ts'
import type { RequestFacts } from '../faults/faults.ts'
import type { RequestRecord } from '../ledger.ts'
import type { Simulation } from '../simulation.ts'
import { dropConnection, respond, sendHtml } from './respond.ts'

const VERSION = /^\/(v\d+\.\d+)(?=\/|$|\?)/

/** Takes the version off the path, notes the request in the ledger, and finds out what it is about. */
export function beginRequest(simulation: Simulation): RequestHandler {
  return (request, response, next) => {
    const version = VERSION.exec(request.url)?.[1]
    const path = request.path
    if (version) request.url = request.url.slice(version.length + 1) || '/'
    const facts = factsOf(request.method, request.path, request.body)
    const { access_token: _token, ...query } = request.query
    const record = simulation.ledger.startRequest({
      at: simulation.clock.now(),
      method: request.method,
      path,
      target: facts.target,
      query,
      ...(isPlainBody(request.body) ? { body: request.body } : {}),
    })
    Object.assign(response.locals, { version: version ?? 'v25.0', record, facts, later: simulation.later })
    response.on('close', () => simulation.log(lineOf(record)))
    next()
  }
}

/** Faults that strike before anything is processed strike here; the others wait in `respond`. */
export function sufferFault(simulation: Simulation): RequestHandler {
  return (request, response, next) => {
    const { facts, record } = response.locals as { facts: RequestFacts; record: RequestRecord }
    const fault = simulation.faults.take(facts)
    if (!fault) return next()
    record.fault = fault.kind
    if (fault.kind === 'delay') return simulation.later(fault.ms, () => next())
    if (fault.kind === 'drop' && fault.when === 'before') return dropConnection(request, record, fault.how)
    if (fault.kind === 'error') throw graphErrorOf(fault.code, fault)
    if (fault.kind === 'serverError') {
      const status = fault.status ?? 500
      throw graphErrorOf(fault.code ?? 131000, { status, transient: true })
    }
    response.locals['fault'] = fault
    if (isAcceptedFirst(fault)) return next()
    return answerWithoutAccepting(fault)

    function answerWithoutAccepting(broken: Fault): void {
      if (broken.kind === 'badGateway') return sendHtml(response, record, broken.status ?? 502)
      if (broken.kind === 'notJson') return sendHtml(response, record, broken.status ?? 200)
      return respond(request, response, 500, graphErrorOf(131000).toBody(simulation.ids.trace()))
    }
  }
}

function factsOf(method: string, path: string, body: unknown): RequestFacts {
  const [, node = '', edge] = path.split('/')
  const given = (isPlainBody(body) ? body : {}) as Record<string, unknown>
  if (path.startsWith('/whatsapp_business/attachments')) return { target: 'download', method }
  if (edge === undefined) return { target: /^\d+$/.test(node) ? 'node' : node, method }
  if (edge !== 'messages' && edge !== 'marketing_messages') return { target: edge, method, phoneNumberId: node }
  return {
    target: given['status'] === 'read' ? 'read' : 'send',
    method,
    phoneNumberId: node,
    recipient: String(given['to'] ?? given['recipient'] ?? ''),
    messageType: String(given['type'] ?? 'text'),
  }
}

const isPlainBody = (body: unknown): body is Record<string, unknown> =>
  typeof body === 'object' && body !== null && !Buffer.isBuffer(body) && Object.keys(body).length > 0

function lineOf(record: RequestRecord): string {
  const outcome =
    record.status === 0
      ? 'dropped'
      : `${record.status ?? 'open'}${record.code === undefined ? '' : ` (#${record.code})`}`
  return `${record.method} ${record.path} → ${outcome}${record.fault ? ` [${record.fault}]` : ''}${record.wamid ? ` ${record.wamid}` : ''}`
}
