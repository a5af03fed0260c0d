import * as z from 'zod'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** From least to most: anybody, any signed-in member, admins and owners, owners. */
export type Access = 'public' | 'member' | 'admin' | 'owner'

export type Route = {
  method: Method
  path: string
  query?: z.ZodObject
  body?: z.ZodType
  /** The `data` of the answer. */
  result: z.ZodType
  /** Absent means `member`. */
  access?: Access
  /** 201 for a route that makes something; 200 otherwise. */
  status?: 200 | 201 | 202
  /** A repeated request with the same Idempotency-Key gets the first answer. */
  idempotent?: boolean
  /** One sentence for the API page. */
  summary?: string
}

type ParamNames<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamNames<Rest>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never

type Part<Name extends string, Schema, Side extends 'in' | 'out'> = Schema extends z.ZodType
  ? { [Key in Name]: Side extends 'in' ? z.input<Schema> : z.output<Schema> }
  : object

type Params<Path extends string> = [ParamNames<Path>] extends [never]
  ? object
  : { params: Record<ParamNames<Path>, string> }

/** What a caller sends. */
export type Request<R extends Route> = Part<'query', R['query'], 'in'> &
  Part<'body', R['body'], 'in'> &
  Params<R['path']>

/** What a handler receives: the same, after parsing. */
export type Parsed<R extends Route> = Part<'query', R['query'], 'out'> &
  Part<'body', R['body'], 'out'> &
  Params<R['path']>

/** What a handler answers; parsing it drops every field the contract does not name. */
export type Result<R extends Route> = z.input<R['result']>
/** What a caller receives. */
export type Answer<R extends Route> = z.output<R['result']>

/** Keeps literal types, so the path parameters and schemas reach both the server and the SPA. */
export function defineRoutes<const Routes extends Record<string, Route>>(routes: Routes): Routes {
  return routes
}

/** The result of a route that only acts. */
export const Done = z.object({})
