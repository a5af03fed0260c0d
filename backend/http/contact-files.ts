import { pipeline } from 'node:stream/promises'
import type { Readable } from 'node:stream'
import { Router, type Request, type Response } from 'express'
import { ImportOptions, ImportReport, importPath } from '../contract/contact-import.ts'
import { ContactFilter } from '../contract/contacts.ts'
import { MessageFilter } from '../contract/messages.ts'
import type { Access } from '../contract/route.ts'
import { Id } from '../contract/values.ts'
import { AppError } from '../errors.ts'
import type { Context, ContextFor } from '../feature.ts'
import type { Draft, MediaFiles } from '../platform/media/media.ts'
import type { Caller } from './caller.ts'
import { answerData } from './answer.ts'
import { issuesOf } from './input.ts'
import { receiveForm } from './multipart.ts'
import { endWhenSignedOut } from './still-signed-in.ts'
import { requireAccess, viewerOf, type Authenticate } from './session.ts'

type Upload = Pick<Draft, 'path' | 'bytes' | 'sha256' | 'keep'> & { fileName: string | null }

export type ContactFileOptions = {
  authenticate: Authenticate
  contextFor: ContextFor
  files: Pick<MediaFiles, 'receive'>
  maxBytes: number
  now: () => Date
  startImport: (
    context: Context & { flush: () => void },
    upload: Upload,
    options: ImportOptions,
  ) => Promise<ImportReport>
  exportProblems: (context: Context, importId: string) => Promise<Readable>
  exportMessages: (context: Context, filter: MessageFilter) => Promise<{ table: Readable; rows: number | undefined }>
  exportContacts: (context: Context, filter: ContactFilter) => Promise<Readable>
  exportPerson: (context: Context, contactId: string) => Promise<Readable>
  caller: Pick<Caller, 'ip'>
}

/** A table of contacts comes in, and one goes out. Belongs behind the cross-site check, and before `/contacts/:id`. */
export function createContactFileRoutes({ authenticate, contextFor, ...options }: ContactFileOptions): Router {
  async function signIn(request: Request, response: Response, access?: Access) {
    const identity = requireAccess(await authenticate(request), access)
    response.locals['user'] = identity.user.id
    endWhenSignedOut(request, response, authenticate, identity)
    const { user, workspaceId } = identity
    return { ...contextFor(workspaceId, viewerOf(identity)), user, ip: options.caller.ip(request) }
  }

  const router = Router({ caseSensitive: true })

  router.post(importPath, async (request, response) => {
    const context = await signIn(request, response)
    const { files, maxBytes } = options
    const { draft, fields, filename } = await receiveForm(request, response, { files, maxBytes, fieldBytes: 64 * 1024 })
    try {
      const report = await options.startImport(context, { ...draft, fileName: filename }, readOptions(fields))
      answerData(response, report.state === 'running' ? 202 : 200, ImportReport.parse(report))
    } finally {
      await draft.discard()
    }
  })

  router.get('/contacts/imports/:importId/problems', async (request, response) => {
    const context = await signIn(request, response)
    const importId = readId(request.params['importId'], 'contact_import.not_found')
    const table = await options.exportProblems(context, importId)
    response.setHeader('content-type', 'text/csv; charset=utf-8')
    response.setHeader('content-disposition', `attachment; filename="not-imported-${importId}.csv"`)
    await pipeline(table, response)
  })

  router.get('/contacts/export', async (request, response) => {
    // All customers in one file: what an agent who leaves should not take along.
    const context = await signIn(request, response, 'admin')
    const { data, error } = ContactFilter.safeParse(request.query)
    if (!data) throw new AppError('request.invalid', { details: issuesOf('query', error) })
    const table = await options.exportContacts(context, data)
    const day = options.now().toISOString().slice(0, 10)
    response.setHeader('content-type', 'text/csv; charset=utf-8')
    response.setHeader('content-disposition', `attachment; filename="contacts-${day}.csv"`)
    await pipeline(table, response)
  })

  router.get('/messages/export', async (request, response) => {
    const context = await signIn(request, response, 'admin')
    const { data, error } = MessageFilter.safeParse(request.query)
    if (!data) throw new AppError('request.invalid', { details: issuesOf('query', error) })
    const { table, rows } = await options.exportMessages(context, data)
    const day = options.now().toISOString().slice(0, 10)
    response.setHeader('content-type', 'text/csv; charset=utf-8')
    response.setHeader('content-disposition', `attachment; filename="messages-${day}.csv"`)
    if (rows !== undefined) response.setHeader('x-total-rows', rows)
    await pipeline(table, response)
  })

  router.get('/contacts/:contactId/export', async (request, response) => {
    const context = await signIn(request, response, 'admin')
    const contactId = readId(request.params['contactId'], 'contact.not_found')
    const person = await options.exportPerson(context, contactId)
    response.setHeader('content-type', 'application/json; charset=utf-8')
    response.setHeader('content-disposition', `attachment; filename="${contactId}.json"`)
    await pipeline(person, response)
  })

  return router
}

function readId(given: unknown, code: 'contact.not_found' | 'contact_import.not_found'): string {
  const { data } = Id.regex(/^\w+$/).safeParse(given)
  if (!data) throw new AppError(code)
  return data
}

function readOptions({ options = '{}', ...others }: { [name: string]: unknown }): ImportOptions {
  const [stranger] = Object.keys(others)
  if (stranger) refuse(`body.${stranger}`, 'There is no such field.')
  const { data, error } = ImportOptions.safeParse(parseJson(String(options)))
  if (error) throw new AppError('request.invalid', { details: issuesOf('body.options', error) })
  return data
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return refuse('body.options', 'This is not JSON.')
  }
}

function refuse(path: string, message: string): never {
  throw new AppError('request.invalid', { details: [{ path, message }] })
}
