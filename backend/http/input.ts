import express, { type Request, type Response } from 'express'
import type * as z from 'zod'
import type { Route } from '../contract/route.ts'
import { AppError } from '../errors.ts'

/** One thing that is wrong with a request: where, and a sentence for a person. */
export type Issue = { path: string; message: string }

const bodyLimit = '1mb'
/** Deeper than any request of ours; a schema or a store that walks it needs a stack frame per level. */
const deepest = 64
const longestParam = 200

const parseJson = express.json({ limit: bodyLimit, inflate: false })

/** The parts of a request that a handler gets, each checked by the contract. */
export async function readInput(route: Route, params: object, request: Request, response: Response): Promise<object> {
  checkParams(params)
  const query = check('query', route.query, request.query)
  const body = hasBody(request) ? await readBody(request, response) : undefined
  return { params, query, body: check('body', route.body, body) }
}

function checkParams(params: object): void {
  for (const [name, value] of Object.entries(params) as [string, string][])
    if (value.length > longestParam || value.includes('\u0000'))
      throw new AppError('request.invalid', { details: [{ path: `params.${name}`, message: 'This is no id.' }] })
}

function hasBody({ method, headers }: Request): boolean {
  if (method === 'GET' || method === 'HEAD') return false
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

async function readBody(request: Request, response: Response): Promise<unknown> {
  if (!request.is('application/json')) throw new AppError('request.unsupported_type')
  await new Promise<void>((resolve, reject) => {
    parseJson(request, response, (error?: unknown) => (error ? reject(error as Error) : resolve()))
  })
  return request.body
}

function check(part: 'query' | 'body', schema: z.ZodType | undefined, value: unknown): unknown {
  const forbidden = findForbidden(value, part, 0)
  if (forbidden) throw new AppError('request.invalid', { details: [forbidden] })
  if (!schema) return refuseAnything(part, value)
  const { success, data, error } = schema.safeParse(value, { error: sentenceOf })
  if (!success) throw new AppError('request.invalid', { details: issuesOf(part, error) })
  return data
}

/** A route that takes nothing says so, rather than ignoring what somebody meant. */
function refuseAnything(part: string, value: unknown): undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new AppError('request.invalid', { details: [{ path: part, message: 'Expected: object.' }] })
  const details = Object.keys(value).map((name) => unknownField(`${part}.${name}`))
  if (details.length > 0) throw new AppError('request.invalid', { details })
}

/** What no schema looks for and no store could keep: NUL, half surrogates, `__proto__`, endless nesting. */
function findForbidden(value: unknown, path: string, depth: number): Issue | undefined {
  if (typeof value === 'string')
    return isStorable(value) ? undefined : { path, message: 'Contains characters that cannot be stored.' }
  if (typeof value !== 'object' || value === null) return undefined
  if (depth >= deepest) return { path: path.split('.')[0]!, message: `Is nested deeper than ${deepest} levels.` }
  for (const [name, member] of Object.entries(value)) {
    if (name === '__proto__' || !isStorable(name))
      return { path, message: 'Contains a field name that is not allowed.' }
    const found = findForbidden(member, `${path}.${name}`, depth + 1)
    if (found) return found
  }
  return undefined
}

function isStorable(text: string): boolean {
  return !text.includes('\u0000') && text.isWellFormed()
}

export function issuesOf(part: string, error: z.ZodError): Issue[] {
  return error.issues.flatMap((issue) => {
    const path = [part, ...issue.path].join('.')
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownField(`${path}.${key}`))
    return { path, message: issue.message }
  })
}

function unknownField(path: string): Issue {
  return { path, message: 'There is no such field.' }
}

/** Plain words where the contract has no sentence of its own. */
function sentenceOf(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'This is missing.' : `Expected: ${issue.expected}.`
    case 'too_small':
      return issue.origin === 'string' && issue.minimum === 1 ? 'This must not be empty.' : undefined
    case 'too_big':
      return issue.origin === 'string' ? `Use at most ${issue.maximum} characters.` : undefined
    case 'invalid_value':
      return `Expected one of: ${issue.values.join(', ')}.`
    default:
      return undefined
  }
}
