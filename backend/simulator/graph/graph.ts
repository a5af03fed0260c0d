import express, { type ErrorRequestHandler, type Express, type RequestHandler, Router } from 'express'
import multer from 'multer'
import { GraphError, noSuchObject } from '../errors/graph-error.ts'
import type { Simulation } from '../simulation.ts'
import * as accounts from './accounts.ts'
import * as apps from './apps.ts'
import * as block from './block-users.ts'
import { type Endpoint, endpoint } from './call.ts'
import { beginRequest, sufferFault } from './intake.ts'
import * as media from './media.ts'
import * as messages from './messages.ts'
import * as nodes from './nodes.ts'
import * as numbers from './phone-numbers.ts'
import * as profile from './profile.ts'
import * as registration from './registration.ts'
import { respond } from './respond.ts'
import * as templates from './templates/templates.ts'
import * as tokens from './tokens.ts'
import * as uploads from './uploads.ts'
import * as usernames from './usernames.ts'

const THROTTLED = JSON.stringify({
  all: [{ type: 'whatsapp', call_count: 100, total_cputime: 30, total_time: 30, estimated_time_to_regain_access: 1 }],
})
const UPLOAD_LIMIT = 101 * 1024 * 1024

/** Graph's part of the program: every path that Meta has, with or without a version in front. */
export function mountGraph(app: Express, simulation: Simulation): void {
  app.use(
    express.raw({ type: isRawUpload, limit: UPLOAD_LIMIT }),
    express.json({ limit: '10mb' }),
    express.urlencoded({ extended: true, limit: '10mb' }),
    beginRequest(simulation),
    sufferFault(simulation),
  )
  app.get('/whatsapp_business/attachments/', media.downloadMedia(simulation))
  app.use(graphRoutes(simulation))
  app.use(answerError(simulation))
}

const isRawUpload = (request: { url?: string }): boolean => /\/upload(:|%3A)/i.test(request.url ?? '')

function graphRoutes(simulation: Simulation): Router {
  const router = Router()
  const on = (method: 'get' | 'post' | 'delete', path: string, handle: Endpoint, ...before: RequestHandler[]) => {
    const ids = [...path.matchAll(/:(\w+)/g)].map((match) => match[1] ?? '')
    router[method](path, ...before, endpoint(simulation, ids, handle))
  }
  const file = multer({ storage: multer.memoryStorage(), limits: { fileSize: UPLOAD_LIMIT } }).single('file')

  router.get('/oauth/access_token', tokens.grantToken(simulation))
  router.post('/oauth/access_token', tokens.grantToken(simulation))
  on('get', '/debug_token', tokens.debugToken)
  on('get', '/me', tokens.showCaller)
  on('get', '/me/permissions', tokens.showPermissions)
  on('get', '/me/businesses', accounts.listBusinesses)

  on('post', '/:id/messages', messages.postMessage)
  on('post', '/:id/marketing_messages', messages.postMarketingMessage)
  on('post', '/:id/media', media.uploadMedia, file)
  on('post', '/:id/register', registration.registerNumber)
  on('post', '/:id/deregister', registration.deregisterNumber)
  on('post', '/:id/request_code', registration.requestCode)
  on('post', '/:id/verify_code', registration.verifyCode)
  on('get', '/:id/settings', profile.getSettings)
  on('post', '/:id/settings', profile.updateSettings)
  on('get', '/:id/whatsapp_business_profile', profile.getProfile)
  on('post', '/:id/whatsapp_business_profile', profile.updateProfile)
  on('get', '/:id/block_users', block.listBlocked)
  on('post', '/:id/block_users', block.blockUsers)
  on('delete', '/:id/block_users', block.unblockUsers)
  on('post', '/:id/smb_app_data', numbers.requestSync)
  on('get', '/:id/username', usernames.getUsername)
  on('post', '/:id/username', usernames.setUsername)
  on('delete', '/:id/username', usernames.deleteUsername)
  on('get', '/:id/username_suggestions', usernames.suggestUsernames)

  on('get', '/:id/phone_numbers', numbers.listNumbers)
  on('get', '/:id/subscribed_apps', accounts.listSubscribedApps)
  on('post', '/:id/subscribed_apps', accounts.subscribeApp)
  on('delete', '/:id/subscribed_apps', accounts.unsubscribeApp)
  on('get', '/:id/message_templates', templates.listTemplates)
  on('post', '/:id/message_templates', templates.createTemplate)
  on('delete', '/:id/message_templates', templates.deleteTemplates)
  on('post', '/:id/upsert_message_templates', templates.upsertTemplates)
  on('post', '/:id/unpause', templates.unpauseTemplate)
  on('get', '/:id/owned_whatsapp_business_accounts', accounts.listAccountsOfBusiness)
  on('get', '/:id/client_whatsapp_business_accounts', accounts.listAccountsOfBusiness)

  on('get', '/:id/subscriptions', apps.getSubscriptions)
  on('post', '/:id/subscriptions', apps.setSubscription)
  on('delete', '/:id/subscriptions', apps.deleteSubscription)
  on('post', '/:id/uploads', uploads.startUpload)

  on('get', '/:id', nodes.getNode)
  on('post', '/:id', nodes.postNode)
  on('delete', '/:id', nodes.deleteNode)
  router.use((request) => {
    throw noSuchObject(request.path.split('/')[1] ?? '', request.method)
  })
  return router
}

/** The one translator of errors. What is no GraphError is our own mistake and says so. */
function answerError(simulation: Simulation): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const known = error instanceof GraphError ? error : fromParser(error)
    if (!(error instanceof GraphError) && known.code === 1)
      simulation.log(`simulator error: ${String(error instanceof Error ? error.stack : error)}`)
    if (response.locals['record']) response.locals['record'].code = known.code
    // How long a throttled caller is asked to stay away, in minutes.
    if ([4, 80007, 80008].includes(known.code)) response.set('x-business-use-case-usage', THROTTLED)
    respond(request, response, known.status, known.toBody(simulation.ids.trace()))
  }
}

function fromParser(error: unknown): GraphError {
  const type = (error as { type?: string }).type ?? (error as { code?: string }).code
  if (type === 'entity.too.large' || type === 'LIMIT_FILE_SIZE')
    return new GraphError(100, { status: 413, title: 'The request is too large.' })
  if (typeof type === 'string')
    return new GraphError(100, { title: 'Invalid parameter', details: `The request body cannot be read: ${type}` })
  return new GraphError(1, { status: 500, title: 'An unknown error occurred' })
}
