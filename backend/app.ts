import { createServer, type Server } from 'node:http'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Config } from './config.ts'
import type { ServerEvent } from './contract/events.ts'
import type { Context, ContextFor, Feature } from './feature.ts'
import { createAccount } from './features/account/account.ts'
import { analytics } from './features/analytics/analytics.ts'
import { audit } from './features/audit/audit.ts'
import { createAuth } from './features/auth/auth.ts'
import { createPasswords } from './features/auth/passwords.ts'
import { resetJob, sendResetLink } from './features/auth/reset.ts'
import { createSessions } from './features/auth/sessions.ts'
import { openSetup, type Setup } from './features/auth/setup.ts'
import { bulkActions } from './features/bulk/bulk.ts'
import { bulkJob, runBulk } from './features/bulk/run.ts'
import { cannedReplies } from './features/canned-replies/canned-replies.ts'
import { createAutomation } from './features/automation/automation.ts'
import { createChannels } from './features/channels/channels.ts'
import { createSealer, credentialsOf } from './features/channels/secrets.ts'
import { createBlocking } from './features/contacts/blocking.ts'
import { createContacts } from './features/contacts/contacts.ts'
import { exportContacts } from './features/contacts/export.ts'
import { exportPerson } from './features/contacts/export-person.ts'
import { importContacts } from './features/contacts/import.ts'
import { createConversations } from './features/conversations/conversations.ts'
import { wakeConversation, wakeJob } from './features/conversations/waking.ts'
import { createReadReceipts } from './features/conversations/read-receipts.ts'
import { createDoctor } from './features/doctor/doctor.ts'
import { healthJob, runScheduledCheck, watchNewChannels } from './features/doctor/reports.ts'
import { keepHouse } from './features/housekeeping/housekeeping.ts'
import { deadLetterJob, retryDeadLetter } from './features/inbound/dead-letters.ts'
import { createIntake } from './features/inbound/intake.ts'
import { createProcessor, type Processor } from './features/inbound/processor.ts'
import { createRouting } from './features/inbound/routing.ts'
import { firstRun } from './features/first-run/first-run.ts'
import { leads } from './features/leads/leads.ts'
import { pipelineSettings } from './features/leads/settings.ts'
import { createDefaultStages } from './features/leads/stages.ts'
import { fetchMedia } from './features/media/fetch.ts'
import { createFindFile } from './features/media/find.ts'
import { fetchMediaJob, media, toMediaFile } from './features/media/media.ts'
import { createRemoveFile, removeOrphanMedia } from './features/media/retention.ts'
import { createProviderMediaFor, storeUpload } from './features/media/upload.ts'
import { exportMessages } from './features/message-log/export.ts'
import { rollWorkspaces } from './features/message-days/roll.ts'
import { notes } from './features/notes/notes.ts'
import { notifications } from './features/notifications/notifications.ts'
import { messagingSettings } from './features/numbers/messaging-settings.ts'
import { createNumbers } from './features/numbers/numbers.ts'
import { createPolicies } from './features/policies/policies.ts'
import { applyRetention } from './features/policies/retention.ts'
import { createPractice, practiceJob } from './features/practice/practice.ts'
import { createMessages } from './features/sending/messages.ts'
import { sendJob, sendWaiting } from './features/sending/outbox.ts'
import { createRates } from './features/sending/rates.ts'
import { createShortMessages } from './features/sending/short.ts'
import { createTransmit } from './features/sending/transmit.ts'
import { usage } from './features/usage/usage.ts'
import { createTeam } from './features/team/team.ts'
import { savedViews } from './features/saved-views/saved-views.ts'
import { createSearch } from './features/search/search.ts'
import { segments } from './features/segments/segments.ts'
import { fetchTemplates } from './features/templates/accounts.ts'
import { createTemplateApi } from './features/templates/provider.ts'
import { uploadSample } from './features/templates/samples.ts'
import { createTemplates } from './features/templates/templates.ts'
import { rerouteJob, rerouteUnrouted, scheduleReroute } from './features/webhook-log/replay.ts'
import { limitStore } from './features/visibility/limited-store.ts'
import { createWebhookLog } from './features/webhook-log/webhook-log.ts'
import { createRuleWatch } from './features/triggers/received.ts'
import { createAppPassword } from './http/app-password.ts'
import { createCaller } from './http/caller.ts'
import { createContactFileRoutes } from './http/contact-files.ts'
import { createWebhookDoor } from './http/ingest.ts'
import { openAttempts } from './http/limits.ts'
import { createMediaRoutes } from './http/media.ts'
import { createOverloadGuard } from './http/overload.ts'
import { createHttpApp, limitServer } from './http/server.ts'
import { createAuthenticate, createSessionCookie, readSessionCookie } from './http/session.ts'
import { measureIntake, measureJobs, measureProcess, measureTransmit } from './measure.ts'
import { model, type AppStore, type Channel } from './model/index.ts'
import { createGraphClient } from './platform/channel/channel.ts'
import { day, hour, minute, second, systemNow } from './platform/clock.ts'
import { openVault, randomToken } from './platform/crypto.ts'
import { createHttpClient } from './platform/http-client.ts'
import { startWorker, type Worker } from './platform/jobs/jobs.ts'
import { createLogs, type Logs } from './platform/log.ts'
import { createMetrics } from './platform/metrics.ts'
import { createMail } from './platform/mail.ts'
import { openMediaFiles, type MediaFiles } from './platform/media/media.ts'
import { createRealtime, type Realtime } from './platform/realtime/realtime.ts'
import { openStore } from './platform/store/store.ts'

/** Other than the machine's own, for tests. */
export type AppOptions = {
  now?: () => Date
  logs?: Logs
  /** Jobs run only when the test says so. */
  manualJobs?: boolean
  /** A cheaper password hash. */
  bcryptCost?: number
}

export type App = {
  server: Server
  store: AppStore
  setup: Setup
  processor: Processor
  worker: Worker
  /** Looks for chats that wait for a follow-up; runs by itself every FOLLOW_UP_INTERVAL_MS. */
  sweep: () => Promise<void>
  realtime: Realtime
  files: MediaFiles
  logs: Logs
  /** Takes no new request, finishes the running ones and what they left, then closes the store. */
  stop(): Promise<void>
}

/** The composition root: the one place that knows all parts. Doors are opened from the bottom up and closed from the top down. */
export async function createApp(config: Config, options: AppOptions = {}): Promise<App> {
  const { now = systemNow } = options
  const isDevelopment = config.NODE_ENV === 'development'
  const logs = options.logs ?? createLogs({ level: config.LOG_LEVEL, readable: isDevelopment })
  const vault = await openVault(config)
  const store: AppStore = await openStore(config.storeUrl, model, {
    now,
    log: logs.business,
    poolSize: config.DATABASE_POOL_SIZE,
    strict: config.NODE_ENV !== 'production',
  })
  const { driver, system } = store
  const pool = driver.kind === 'postgres' ? driver.pool : undefined
  const realtime = createRealtime({ log: logs.error, now, ...(pool ? { pool } : {}) })
  const files = await openMediaFiles(join(config.dataFolder, 'media'), { now })

  const contextFor: ContextFor = (workspaceId, viewer) => {
    const events: ServerEvent[] = []
    const whole = store.workspace(workspaceId)
    return {
      store: viewer ? limitStore(whole, viewer) : whole,
      workspaceId,
      user: null,
      now,
      online: () => realtime.online(workspaceId),
      idempotencyKey: null,
      notify: (event) => void events.push(event),
      flush: () => realtime.publish(workspaceId, events.splice(0)),
    }
  }

  const metrics = createMetrics()

  // WhatsApp: in through routing, intake and processor; out through the Graph client.
  const http = createHttpClient()
  const graphOptions = {
    baseUrl: config.WHATSAPP_GRAPH_URL,
    version: config.WHATSAPP_GRAPH_VERSION,
    allowRealHost: config.NODE_ENV !== 'test',
  }
  const graph = createGraphClient({ ...graphOptions, http })
  const sealer = createSealer({ vault, warn: (message) => logs.security.warn(message) })
  const routing = createRouting({
    system,
    open: sealer.open,
    appSecret: config.WHATSAPP_APP_SECRET,
    verifyToken: config.WHATSAPP_VERIFY_TOKEN,
    now,
  })
  const ruleWatch = createRuleWatch()
  const onReceived = ruleWatch.queueReceived
  const processor = createProcessor({ store, routing, contextFor, now, log: logs.error, onReceived })
  const intake = createIntake({ system, routing, now, process: processor.push, backlog: processor.backlog })
  const practice = createPractice({
    intake,
    routing,
    sealer,
    contextFor,
    replyDelay: config.PRACTICE_REPLY_DELAY_MS,
    randomToken: () => randomToken(12),
  })
  const apiFor = (channel: Channel) =>
    channel.kind === 'practice'
      ? createGraphClient({
          ...graphOptions,
          baseUrl: 'http://practice.invalid',
          http: practice.httpFor(contextFor(channel.workspaceId), channel),
        })
      : graph
  const credentials = (channel: Channel) => credentialsOf(sealer, channel)
  const transmit = measureTransmit(
    metrics,
    createTransmit({
      apiFor: (_context, channel) => apiFor(channel),
      credentialsOf: credentials,
      providerMediaFor: createProviderMediaFor({ files, apiFor, credentialsOf: credentials }),
    }),
  )
  const { markRead, showTyping } = createReadReceipts({
    async sendReceipt(channel, providerMessageId, { typing }) {
      const opened = credentials(channel)
      if (opened) await apiFor(channel).markRead(opened, providerMessageId, { typing })
    },
  })

  // Numbers: connecting them, and telling what keeps one from working.
  const templateApiFor = (channel: Channel) => createTemplateApi(apiFor(channel), channel, credentials(channel))
  const handOverSample = (context: Context, channel: Channel, mediaId: string) =>
    uploadSample({ graph, credentialsOf: credentials, pathOf: files.pathOf }, context, channel, mediaId)
  const replayDeps = { takeOver: () => processor.takeOver(false) }
  const channelDeps = {
    sealer,
    installation: {
      hasAppSecret: Boolean(config.WHATSAPP_APP_SECRET),
      hasVerifyToken: Boolean(config.WHATSAPP_VERIFY_TOKEN),
    },
    onChange: routing.forget,
    onNumber: scheduleReroute,
    removePractice: practice.remove,
    audit: logs.audit,
  }
  const doctorDeps = {
    graph,
    http,
    system,
    channels: channelDeps,
    appSecret: config.WHATSAPP_APP_SECRET,
    publicUrl: config.PUBLIC_URL,
    isRealMeta: new URL(config.WHATSAPP_GRAPH_URL).hostname.endsWith('facebook.com'),
    randomToken: () => randomToken(12),
    async onConnected(context: Context, channel: Channel) {
      await fetchTemplates(context, { apiFor: templateApiFor }, channel).catch((error: unknown) =>
        logs.error.warn({ error, channel: channel.id }, 'the templates of a new number could not be fetched'),
      )
    },
  }

  // Accounts.
  const caller = createCaller({ publicUrl: config.PUBLIC_URL, trustedProxies: config.TRUSTED_PROXIES })
  const cookie = createSessionCookie(caller, { maxAge: config.SESSION_MAX_DAYS * day })
  const sessions = createSessions({
    system,
    now,
    idle: config.SESSION_IDLE_HOURS * hour,
    longest: config.SESSION_MAX_DAYS * day,
    onEnd: realtime.disconnectSession,
  })
  const authenticate = createAuthenticate([readSessionCookie(cookie, sessions.find)])
  const setup = openSetup({ system, vault, preset: config.SETUP_CODE })
  const appPassword = createAppPassword({ password: config.APP_PASSWORD, vault, caller, now })

  const mail = createMail({ url: config.SMTP_URL, from: config.MAIL_FROM })
  const authDeps = {
    system,
    mail,
    vault,
    now,
    baseUrl: config.PUBLIC_URL ?? `http://localhost:${config.PORT}`,
    disconnectUser: realtime.disconnectUser,
    sessions,
    setup,
    contextFor,
    logs,
    registration: config.REGISTRATION,
    passwords: createPasswords(options.bcryptCost ? { cost: options.bcryptCost } : {}),
    attempts: await openAttempts(pool),
    onWorkspaceCreated: [createDefaultStages, practice.create],
  }

  const automation = createAutomation({ system, contextFor, http, watch: ruleWatch })
  const removeFile = createRemoveFile({ system, files })
  const features: Feature[] = [
    createAuth(authDeps),
    createTeam(authDeps),
    createAccount(authDeps),
    audit,
    createPolicies(authDeps),
    createChannels(channelDeps),
    createDoctor(doctorDeps),
    createNumbers({ graph, sealer, uploadPicture: handOverSample }),
    messagingSettings,
    usage,
    analytics,
    createWebhookLog(replayDeps),
    createConversations({ markRead }),
    createMessages({ markRead }),
    createShortMessages({ markRead }),
    createContacts({
      blockAtProvider: createBlocking({
        async block(channel, user, blocked) {
          const opened = credentials(channel)
          return opened ? (await graph.changeBlockedUsers(opened, blocked ? 'block' : 'unblock', [user])).ok : false
        },
      }),
      removeFile,
    }),
    segments,
    leads,
    pipelineSettings,
    firstRun,
    notes,
    notifications,
    cannedReplies,
    savedViews,
    bulkActions,
    createSearch({ inSlices: driver.kind === 'json' }),
    media,
    createTemplates({ apiFor: templateApiFor, uploadSample: handOverSample }),
    practice.feature,
    ...automation.features,
  ]

  const rates = createRates({ store, now })
  const worker = startWorker(
    driver,
    measureJobs(metrics, {
      [resetJob]: (job) => sendResetLink(authDeps, job),
      ...automation.handlers,
      [sendJob]: (job) => sendWaiting({ contextFor, rates, transmit }, job),
      [wakeJob]: (job) => wakeConversation(contextFor, job),
      [bulkJob]: (job) => runBulk(contextFor, job),
      [practiceJob]: practice.runStep,
      [deadLetterJob]: (job) => retryDeadLetter(contextFor(job.workspaceId), job),
      [healthJob]: (job) => runScheduledCheck(doctorDeps, contextFor, job),
      [rerouteJob]: async (job) => void (await rerouteUnrouted({ ...replayDeps, store, routing, now }, job)),
      [fetchMediaJob]: (job) =>
        fetchMedia({ contextFor, files, apiFor, credentialsOf: credentials, log: logs.error }, job),
    }),
    { log: logs.error, now, manual: options.manualJobs ?? false },
  )

  const measured = measureProcess({ metrics, driver, realtime, processor })

  let stopping = false
  // How late a test runs says nothing about the server.
  const overload = createOverloadGuard(config.NODE_ENV === 'test' ? () => 0 : undefined)
  const expressApp = createHttpApp({
    features,
    authenticate,
    contextFor,
    caller,
    cookie,
    appPassword,
    now,
    logs,
    overload,
    metrics: { metrics, token: config.METRICS_TOKEN },
    mediaRoutes: createMediaRoutes({
      authenticate,
      contextFor,
      files,
      maxBytes: config.MAX_UPLOAD_MB * 1024 * 1024,
      storeUpload: async (context, uploaded) => toMediaFile(await storeUpload(context, uploaded)),
      findFile: createFindFile({ files, log: logs.error }),
    }),
    contactFileRoutes: createContactFileRoutes({
      authenticate,
      contextFor,
      files,
      maxBytes: config.MAX_UPLOAD_MB * 1024 * 1024,
      now,
      importContacts,
      exportContacts,
      exportMessages,
      exportPerson,
      caller,
    }),
    isHttps: config.isHttps,
    dashboardFolder: resolve(import.meta.dirname, '../frontend/dist'),
    health: { checks: { store: () => checkStore(store) }, isStopping: () => stopping },
  })
  const webhookDoor = createWebhookDoor({
    accept: measureIntake(metrics, intake.accept),
    verifyTokens: routing.verifyTokens,
    log: logs.security,
  })
  const server = createServer((request, response) => {
    if (!webhookDoor(request, response)) expressApp(request, response)
  })
  limitServer(server)
  realtime.attach(server, {
    originAllowed: ({ headers }) => isOwnOrigin(headers.origin, headers.host, config.PUBLIC_URL),
    async authenticate(handshake) {
      const identity = await authenticate(handshake)
      if (!identity) return undefined
      const { user, workspaceId, sessionId } = identity
      const { id: userId, name: userName, role, visibility = 'all' } = user
      return { workspaceId, sessionId, userId, userName, role, visibility }
    },
    isStillIn: ({ sessionId }) => sessions.isAlive(sessionId),
    canSeeConversation: async ({ workspaceId, userId, visibility = 'all' }, conversationId) => {
      const { conversations } = limitStore(store.workspace(workspaceId), { id: userId, visibility })
      return (await conversations.get(conversationId)) !== undefined
    },
    async assigneesOf(workspaceId, ids) {
      const rows = await store.workspace(workspaceId).conversations.getMany(ids)
      return new Map(rows.map(({ id, assignedTo }) => [id, assignedTo]))
    },
    onTyping: ({ workspaceId }, conversationId) => void tellTyping(workspaceId, conversationId).catch(() => {}),
  })

  /** Nobody waits for it, and a customer who does not see it misses nothing. */
  async function tellTyping(workspaceId: string, conversationId: string): Promise<void> {
    const context = contextFor(workspaceId)
    const conversation = await context.store.conversations.get(conversationId)
    if (conversation) await showTyping(context, conversation)
  }

  // A JSON store has one process, so whatever waits was left by an earlier run of this one.
  await processor.takeOver(driver.kind === 'json')
  const timers = [
    every(30 * second, () => processor.takeOver(false), logs),
    every(5 * minute, () => keepHouse({ store, now }), logs),
    every(5 * minute, () => rollWorkspaces({ store, now }), logs),
    every(5 * minute, () => applyRetention({ system, contextFor, removeFile, now }), logs),
    every(10 * minute, () => watchNewChannels({ store, now }), logs),
    ...(config.FOLLOW_UP_INTERVAL_MS ? [every(config.FOLLOW_UP_INTERVAL_MS, automation.sweep, logs)] : []),
    every(6 * hour, () => removeOrphanMedia({ system, files, now }), logs),
  ]

  return {
    server,
    store,
    setup,
    processor,
    worker,
    sweep: automation.sweep,
    realtime,
    files,
    logs,
    async stop() {
      stopping = true
      // A load balancer asks /readyz every few seconds, and until it noticed it goes on sending requests.
      await pause(config.SHUTDOWN_DELAY_MS)
      for (const timer of timers) clearInterval(timer)
      await realtime.close()
      await closeServer(server)
      await intake.drain()
      await processor.stop()
      await worker.stop()
      overload.stop()
      measured.stop()
      http.close()
      mail.close()
      await store.close()
      logs.flush()
    },
  }
}

async function checkStore({ system, driver }: AppStore): Promise<'ok' | 'degraded' | 'down'> {
  await system.workspaces.find({ limit: 1 })
  return driver.kind === 'json' && driver.status().state !== 'ok' ? 'degraded' : 'ok'
}

function isOwnOrigin(origin: string | undefined, host: string | undefined, publicUrl: string | undefined): boolean {
  if (origin === undefined || !URL.canParse(origin)) return false
  return new URL(origin).host === host || origin === publicUrl
}

function every(milliseconds: number, work: () => Promise<unknown>, logs: Logs): NodeJS.Timeout {
  const run = () => void work().catch((error: unknown) => logs.error.error({ error }, 'work in the background failed'))
  return setInterval(run, milliseconds).unref()
}

/** How long a request may take that was already running when the stop came. */
const stopPatience = 20 * second

/** Idle connections would keep a server open for as long as their browsers like. */
async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return
  const closed = new Promise((resolved) => server.close(resolved))
  // A connection is idle only once its last answer is out, so those that finish now are looked for again.
  const sweep = setInterval(() => server.closeIdleConnections(), 50)
  server.closeIdleConnections()
  const timer = setTimeout(() => server.closeAllConnections(), stopPatience)
  await closed
  clearInterval(sweep)
  clearTimeout(timer)
}
