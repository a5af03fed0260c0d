import express, { type ErrorRequestHandler, type Express, type RequestHandler, Router } from 'express'
import { CODES } from '../errors/table.ts'
import { FAULT_KINDS, type FaultRule } from '../faults/fault.ts'
import type { Verdict } from '../graph/templates/review.ts'
import { contents } from '../payloads/contents.ts'
import { fields } from '../payloads/fields.ts'
import { oddities, type OddityName } from '../payloads/oddities.ts'
import type { StatusName } from '../payloads/status.ts'
import type { Simulation } from '../simulation.ts'
import type { Simulator } from '../simulator.ts'
import type { CustomerSpec } from '../world/customers.ts'
import { readFieldRequest, readInbound } from './read.ts'
import { describeState, patchWorld } from './state.ts'

/** /_sim/…: the same powers as the functions of `Simulator`, for curl and for tests in another process. */
export function mountControl(app: Express, simulation: Simulation, simulator: Simulator): void {
  const router = Router()
  const json = (handle: (body: Record<string, unknown>, params: Record<string, string>) => unknown): RequestHandler => {
    return async (request, response) => {
      const result = await handle(
        (request.body ?? {}) as Record<string, unknown>,
        request.params as Record<string, string>,
      )
      response.json(result ?? { success: true })
    }
  }

  router.get(
    '/state',
    json(() => ({ credentials: simulator.credentials, ...describeState(simulation) })),
  )
  router.get(
    '/catalog',
    json(() => ({
      inbound: Object.keys(contents),
      fields: Object.keys(fields),
      odd: Object.keys(oddities),
      faults: FAULT_KINDS,
      errors: Object.keys(CODES).map(Number),
    })),
  )
  router.get(
    '/ledger',
    json(() => ledgerOf(simulator)),
  )
  router.delete(
    '/ledger',
    json(() => simulator.ledger.clear()),
  )
  router.get(
    '/ledger/opaque/:opaque',
    json((_body, { opaque = '' }) => ({ accepted: simulator.ledger.acceptedFor(opaque) })),
  )

  router.patch(
    '/config',
    json((body) => {
      simulator.configure(body)
      return simulator.behaviour
    }),
  )
  router.patch(
    '/world/:kind/:id',
    json((body, { kind = '', id = '' }) => patchWorld(simulation.world, kind, id, body)),
  )
  router.post(
    '/webhook-url',
    json(({ url }) => simulator.sendWebhooksTo(String(url))),
  )
  router.post(
    '/customers',
    json((body) => ({ userId: simulator.customer(body as CustomerSpec).userId })),
  )
  router.post(
    '/tokens',
    json((body) => simulator.addToken(body)),
  )

  router.post(
    '/inbound',
    json((body) => {
      const { name, params, options } = readInbound(body)
      const { wamid, message } = simulator.receive(name, params, options)
      return { wamid, message }
    }),
  )
  router.post(
    '/webhook-field',
    json((body) => {
      const request = readFieldRequest(body)
      if ('change' in request)
        simulator.emit({
          ...request.change,
          entryId: request.change.entryId ?? simulator.credentials.businessAccountId,
        })
      else simulator.field(request.name, request.params, request.about)
    }),
  )
  router.post(
    '/odd/:name',
    json((about, { name = '' }) => {
      if (!(name in oddities)) throw new RangeError(`The name is one of: ${Object.keys(oddities).join(', ')}.`)
      return simulator.odd(name as OddityName, about)
    }),
  )
  router.post(
    '/status',
    json(({ wamid, status, ...options }) => simulator.status(String(wamid), status as StatusName, options)),
  )
  router.post(
    '/errors',
    json(({ codes, ...about }) => simulator.valueErrors(codes as number[], about)),
  )
  router.post(
    '/raw',
    json(({ body, ...options }) => simulator.post(body, options)),
  )
  router.post(
    '/flush',
    json(() => simulation.outbox.flush()),
  )
  router.post(
    '/verify',
    json(() => simulator.verifyWebhook()),
  )
  router.post(
    '/settled',
    json(({ timeoutMs }) => simulator.settled(timeoutMs as number | undefined)),
  )
  router.post(
    '/flood',
    json((body) => simulator.flood({ messages: 1000, ...body })),
  )

  router.get(
    '/faults',
    json(() => simulation.faults.list()),
  )
  router.post(
    '/faults',
    json((body) => ({ id: simulator.fault(body as unknown as FaultRule) })),
  )
  router.delete(
    '/faults',
    json(() => simulator.clearFaults()),
  )
  router.delete(
    '/faults/:id',
    json((_body, { id }) => simulation.faults.remove(Number(id))),
  )

  router.post(
    '/templates',
    json((body) => simulator.addTemplate(body)),
  )
  router.post(
    '/templates/:id/:event',
    json((body, { id = '', event = '' }) => simulator.reviewTemplate(id, { ...body, event } as Verdict)),
  )

  router.use((_request, response) => {
    response.status(404).json({ error: 'There is no such control; see backend/simulator/README.md.' })
  })
  router.use(answerError)
  app.use('/_sim', express.json({ limit: '10mb' }), router)
}

function ledgerOf({ ledger }: Simulator) {
  return {
    counts: {
      requests: ledger.requests.length,
      accepted: ledger.accepted.length,
      deliveries: ledger.deliveries.length,
    },
    duplicates: Object.fromEntries(ledger.duplicates()),
    peakPerSecond: ledger.peakPerSecond(),
    unacknowledged: ledger.deliveries.filter((delivery) => delivery.outcome !== 'acknowledged'),
    requests: ledger.requests.slice(-100),
    accepted: ledger.accepted.slice(-100),
    deliveries: ledger.deliveries.slice(-100),
    readReceipts: ledger.readReceipts.slice(-100),
  }
}

const answerError: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
  response.status(400).json({ error: error instanceof Error ? error.message : String(error) })
}
