import type { Request, Response } from 'express'
import type { Fault } from '../faults/fault.ts'
import type { RequestRecord } from '../ledger.ts'
import type { Simulation } from '../simulation.ts'

/** Every answer of Graph leaves here, so that a fault which strikes after acceptance strikes in one place. */
export function respond(request: Request, response: Response, status: number, body: object): void {
  const { fault, record, later } = response.locals as {
    fault?: Fault
    record?: RequestRecord
    later: Simulation['later']
  }
  if (record) record.status = status
  if (response.destroyed || request.socket.destroyed) return
  switch (fault?.kind) {
    case 'drop':
      return dropConnection(request, record, fault.how)
    case 'stall':
      return later(fault.ms ?? 25_000, () => send(response, status, body))
    case 'badGateway':
      return sendHtml(response, record, fault.status ?? 502)
    case 'notJson':
      return sendHtml(response, record, fault.status ?? 200)
    case 'noId':
      return send(response, status, { messaging_product: 'whatsapp', contacts: [], messages: [] })
    case 'truncate':
      return sendHalf(request, response, status, body)
    default:
      return send(response, status, body)
  }
}

export function dropConnection(
  request: Request,
  record: RequestRecord | undefined,
  how: 'reset' | 'close' = 'reset',
): void {
  if (record) record.status = 0
  if (how === 'reset') request.socket.resetAndDestroy()
  else request.socket.destroy()
}

export function sendHtml(response: Response, record: RequestRecord | undefined, status: number): void {
  if (record) record.status = status
  response
    .status(status)
    .type('html')
    .send(
      `<!DOCTYPE html><html><head><title>Error</title></head><body><h1>Sorry, something went wrong.</h1><p>${status}</p></body></html>`,
    )
}

function send(response: Response, status: number, body: object): void {
  if (response.destroyed) return
  response
    .status(status)
    .set('facebook-api-version', String(response.locals['version'] ?? 'v25.0'))
    .json(body)
}

function sendHalf(request: Request, response: Response, status: number, body: object): void {
  const bytes = Buffer.from(JSON.stringify(body))
  response.status(status).set({ 'content-type': 'application/json', 'content-length': String(bytes.length) })
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => request.socket.destroy())
}
