import type { Config } from '../config.ts'
import type { Context } from '../feature.ts'
import { createSealer, credentialsOf as openCredentials } from '../features/channels/secrets.ts'
import { createReadReceipts } from '../features/conversations/read-receipts.ts'
import { createIntake } from '../features/inbound/intake.ts'
import { createProcessor } from '../features/inbound/processor.ts'
import { createRouting } from '../features/inbound/routing.ts'
import { createProviderMediaFor } from '../features/media/upload.ts'
import { createPractice } from '../features/practice/practice.ts'
import { createTransmit } from '../features/sending/transmit.ts'
import { createTemplateApi } from '../features/templates/provider.ts'
import { uploadSample } from '../features/templates/samples.ts'
import { createRuleWatch } from '../features/triggers/received.ts'
import { countProcessed, measureTransmit } from '../measure.ts'
import type { Channel } from '../model/index.ts'
import { createGraphClient } from '../platform/channel/channel.ts'
import { randomToken } from '../platform/crypto.ts'
import type { Ground } from './ground.ts'

export type WhatsApp = ReturnType<typeof connectWhatsApp>

/** In through routing, intake and processor; out through the Graph client, or to the practice customer. */
export function connectWhatsApp(config: Config, ground: Ground, { timeoutMs }: { timeoutMs?: number }) {
  const { store, system, now, vault, logs, http, metrics, files, contextFor } = ground
  const graphOptions = {
    baseUrl: config.WHATSAPP_GRAPH_URL,
    version: config.WHATSAPP_GRAPH_VERSION,
    allowRealHost: config.NODE_ENV !== 'test',
    ...(timeoutMs ? { timeoutMs } : {}),
  }
  const graph = createGraphClient({ ...graphOptions, http })
  const sealer = createSealer({ vault, warn: (message) => logs.security.warn(message) })
  const credentialsOf = (channel: Channel) => openCredentials(sealer, channel)
  const routing = createRouting({
    system,
    open: sealer.open,
    appSecret: config.WHATSAPP_APP_SECRET,
    verifyToken: config.WHATSAPP_VERIFY_TOKEN,
    now,
  })
  const ruleWatch = createRuleWatch()
  const processor = createProcessor({
    store,
    routing,
    contextFor,
    now,
    log: logs.error,
    onReceived: ruleWatch.queueReceived,
    onProcessed: countProcessed(metrics),
  })
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
  const transmit = createTransmit({
    apiFor: (_context, channel) => apiFor(channel),
    credentialsOf,
    providerMediaFor: createProviderMediaFor({ files, apiFor, credentialsOf }),
  })
  const receipts = createReadReceipts({
    async sendReceipt(channel, providerMessageId, { typing }) {
      const opened = credentialsOf(channel)
      if (opened) await apiFor(channel).markRead(opened, providerMessageId, { typing })
    },
  })

  return {
    graph,
    sealer,
    credentialsOf,
    routing,
    ruleWatch,
    processor,
    intake,
    practice,
    apiFor,
    ...receipts,
    transmit: measureTransmit(metrics, transmit),
    templateApiFor: (channel: Channel) => createTemplateApi(apiFor(channel), channel, credentialsOf(channel)),
    handOverSample: (context: Context, channel: Channel, mediaId: string) =>
      uploadSample({ graph, credentialsOf, pathOf: files.pathOf }, context, channel, mediaId),
  }
}
