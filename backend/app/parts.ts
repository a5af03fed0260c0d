import { join } from 'node:path'
import type { Config } from '../config.ts'
import type { Context } from '../feature.ts'
import { createAutomation } from '../features/automation/automation.ts'
import { createClaimCheck } from '../features/channels/proof.ts'
import { createBlocking } from '../features/contacts/blocking.ts'
import { ledgerFile } from '../features/contacts/erasures.ts'
import { scheduleCheck } from '../features/doctor/reports.ts'
import { createRemoveFile } from '../features/media/retention.ts'
import { fetchTemplates } from '../features/templates/accounts.ts'
import { scheduleReroute } from '../features/webhook-log/replay.ts'
import type { Channel } from '../model/index.ts'
import { randomToken } from '../platform/crypto.ts'
import { removeFailedJobs } from '../platform/jobs/jobs.ts'
import { openLedger } from '../platform/ledger.ts'
import type { Ground } from './ground.ts'
import type { WhatsApp } from './whatsapp.ts'

export type Parts = ReturnType<typeof createParts>

/** What several features, jobs or doors share. */
export function createParts(config: Config, ground: Ground, whatsapp: WhatsApp) {
  const { system, driver, now, logs, http, files, ownNetworks, contextFor } = ground
  const { graph, sealer, credentialsOf, routing, processor, practice, templateApiFor, ruleWatch } = whatsapp
  const removeFile = createRemoveFile({ system, files })
  const ledger = openLedger(join(config.dataFolder, ledgerFile))
  const isOnlyClaimed = createClaimCheck(system, config.WHATSAPP_APP_SECRET)

  /** Connecting numbers. */
  const channelDeps = {
    sealer,
    installation: {
      hasAppSecret: Boolean(config.WHATSAPP_APP_SECRET),
      hasVerifyToken: Boolean(config.WHATSAPP_VERIFY_TOKEN),
    },
    onChange: routing.forget,
    onNumber: scheduleReroute,
    isOnlyClaimed,
    async onToken({ store, now }: Context, channel: Channel) {
      if (await isOnlyClaimed(channel)) await scheduleCheck(store, channel.id, now())
    },
    removePractice: practice.remove,
    audit: logs.audit,
  }

  /** Telling what keeps a number from working. */
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

  const contactDeps = {
    blockAtProvider: createBlocking({
      async block(channel, user, blocked) {
        const opened = credentialsOf(channel)
        return opened ? (await graph.changeBlockedUsers(opened, blocked ? 'block' : 'unblock', [user])).ok : false
      },
    }),
    removeFile,
    noteErased: (ids: readonly string[]) =>
      // They are in the audit log, from which the next start completes the ledger.
      ledger
        .add(ids, now())
        .catch((error: unknown) => logs.error.error({ error }, 'the ledger of erasures is not written')),
    forgetJobs: (workspaceId: string, isMeant: (job: object) => boolean) =>
      removeFailedJobs(driver, workspaceId, isMeant),
  }

  return {
    ledger,
    removeFile,
    channelDeps,
    doctorDeps,
    contactDeps,
    importDeps: { pathOf: files.pathOf, removeFile },
    replayDeps: { takeOver: () => processor.takeOver(false) },
    automation: createAutomation({ system, contextFor, http, ownNetworks, watch: ruleWatch }),
  }
}
