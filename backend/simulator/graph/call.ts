import type { Request, RequestHandler, Response } from 'express'
import type { Fault } from '../faults/fault.ts'
import type { RequestRecord } from '../ledger.ts'
import type { Simulation } from '../simulation.ts'
import { type Caller, identifyCaller } from './access.ts'
import { respond } from './respond.ts'

/** One request to Graph, read: query and body are one set of parameters there. */
export interface Call {
  simulation: Simulation
  method: string
  version: string
  path: string
  params: Record<string, unknown>
  caller: Caller
  fault?: Fault
  record: RequestRecord
  request: Request
}

export type Endpoint = (call: Call, ...ids: string[]) => object | Promise<object>

/** An endpoint returns its body; errors are thrown as GraphError and answered in one place. */
export function endpoint(simulation: Simulation, ids: readonly string[], handle: Endpoint): RequestHandler {
  return async (request, response) => {
    const call = readCall(simulation, request, response)
    const body = await handle(call, ...ids.map((id) => String(request.params[id])))
    respond(request, response, 200, body)
  }
}

function readCall(simulation: Simulation, request: Request, response: Response): Call {
  const { fault, record, version } = response.locals as { fault?: Fault; record: RequestRecord; version: string }
  const params = { ...request.query, ...(request.body as Record<string, unknown> | undefined) }
  return {
    simulation,
    method: request.method,
    version,
    path: request.path,
    params,
    caller: identifyCaller(simulation, request),
    fault,
    record,
    request,
  }
}
