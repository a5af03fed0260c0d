import { createServer, type Server } from 'node:http'
import type { Config } from '../config.ts'
import type { Feature } from '../feature.ts'
import { exportContacts } from '../features/contacts/export.ts'
import { exportPerson } from '../features/contacts/export-person.ts'
import { startImport } from '../features/contacts/import.ts'
import { exportProblems } from '../features/contacts/imports.ts'
import { createFindFile } from '../features/media/find.ts'
import { toMediaFile } from '../features/media/media.ts'
import { storeUpload } from '../features/media/upload.ts'
import { exportMessages } from '../features/message-log/export.ts'
import { limitConnections } from '../http/connections.ts'
import { createContactFileRoutes } from '../http/contact-files.ts'
import { createWebhookDoor } from '../http/ingest.ts'
import { openVerifyTokenGuesses } from '../http/limits.ts'
import { createMediaRoutes } from '../http/media.ts'
import { createOverloadGuard } from '../http/overload.ts'
import { createHttpApp } from '../http/server.ts'
import { countRefusals, measureDoor, measureIntake } from '../measure.ts'
import type { AppStore } from '../model/index.ts'
import type { Accounts } from './accounts.ts'
import type { Ground } from './ground.ts'
import type { Parts } from './parts.ts'
import type { WhatsApp } from './whatsapp.ts'

type Door = { features: Feature[]; dashboardFolder: string; isStopping: () => boolean }

/** The one port: Meta's webhooks past the line, everything else through it. */
export function createDoor(
  config: Config,
  ground: Ground,
  { intake, routing }: WhatsApp,
  accounts: Accounts,
  parts: Parts,
  { features, dashboardFolder, isStopping }: Door,
): { server: Server; overload: ReturnType<typeof createOverloadGuard> } {
  const { store, driver, now, logs, metrics, mail, contextFor } = ground
  const { authenticate, caller, cookie, appPassword } = accounts
  const expressApp = createHttpApp({
    features,
    authenticate,
    contextFor,
    caller,
    cookie,
    appPassword,
    now,
    logs,
    metrics: { metrics, token: config.METRICS_TOKEN },
    ...createFileRoutes(config, ground, accounts, parts),
    isHttps: config.isHttps,
    dashboardFolder,
    health: {
      checks: { store: () => checkStore(store), mail: async () => (mail.fault() ? 'degraded' : 'ok') },
      isStopping,
    },
  })
  const webhookDoor = createWebhookDoor({
    accept: measureIntake(metrics, intake.accept),
    verifyTokens: routing.verifyTokens,
    guesses: openVerifyTokenGuesses(),
    caller,
    log: logs.security,
  })
  // How late a test runs says nothing about the server.
  const overload = createOverloadGuard({
    ...(config.NODE_ENV === 'test' ? { lag: () => 0 } : {}),
    storeWait: () => (driver.kind === 'json' ? driver.status().waitingMs : 0),
    onRefused: countRefusals(metrics),
  })
  // Without it Node looks for slow heads twice a minute only.
  const server = createServer({ connectionsCheckingInterval: 5000 }, (request, response) => {
    // A connection that is used again in the moment it closes would lose its request.
    if (isStopping()) response.shouldKeepAlive = false
    if (webhookDoor(request, response)) return
    overload.admit(request, response, () => void expressApp(request, response))
  })
  server.on('connection', overload.noteConnection)
  measureDoor(metrics, { ...overload, connections: limitConnections(server, config.MAX_CONNECTIONS) })
  return { server, overload }
}

/** Bodies that are files, in and out. */
function createFileRoutes(config: Config, ground: Ground, { authenticate, caller }: Accounts, { importDeps }: Parts) {
  const { files, quota, logs, now, contextFor } = ground
  const maxBytes = config.MAX_UPLOAD_MB * 1024 * 1024
  return {
    mediaRoutes: createMediaRoutes({
      authenticate,
      contextFor,
      files,
      maxBytes,
      storeUpload: async (context, uploaded) => toMediaFile(await storeUpload({ files, quota }, context, uploaded)),
      findFile: createFindFile({ files, log: logs.error }),
    }),
    contactFileRoutes: createContactFileRoutes({
      authenticate,
      contextFor,
      files,
      maxBytes,
      now,
      startImport: (context, upload, given) => startImport(context, importDeps, upload, given),
      exportProblems,
      exportContacts,
      exportMessages,
      exportPerson,
      caller,
    }),
  }
}

async function checkStore({ system, driver }: AppStore): Promise<'ok' | 'degraded' | 'down'> {
  await system.workspaces.find({ limit: 1 })
  return driver.kind === 'json' && driver.status().state !== 'ok' ? 'degraded' : 'ok'
}
