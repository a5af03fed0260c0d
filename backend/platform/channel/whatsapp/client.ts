import type { HttpClient } from '../../http-client.ts'
import * as apps from './graph/apps.ts'
import { createGraph, type Graph } from './graph/call.ts'
import * as media from './graph/media.ts'
import * as messages from './graph/messages.ts'
import * as numbers from './graph/numbers.ts'
import * as samples from './graph/samples.ts'
import * as settings from './graph/settings.ts'
import * as templates from './graph/templates.ts'

export type GraphClient = ReturnType<typeof createGraphClient>

type Options = {
  /** `https://graph.facebook.com`, or where the simulator listens. */
  baseUrl: string
  version: string
  http: HttpClient
  timeoutMs?: number
  /** False in tests: nothing may reach the real WhatsApp from there. */
  allowRealHost: boolean
}

/**
 * Meta's Cloud API. Nothing here throws: sending answers what became of the message, everything else `ok` with a value
 * or a refusal with a sentence. Tokens are handed in with each call and appear in no answer.
 */
export function createGraphClient({ timeoutMs = 20_000, ...options }: Options) {
  const graph = createGraph({ timeoutMs, ...options })
  const on =
    <Args extends unknown[], Result>(call: (graph: Graph, ...args: Args) => Result) =>
    (...args: Args): Result =>
      call(graph, ...args)

  return {
    sendMessage: on(messages.sendMessage),
    markRead: on(messages.markRead),
    changeBlockedUsers: on(messages.changeBlockedUsers),
    listBlockedUsers: on(messages.listBlockedUsers),

    uploadMedia: on(media.uploadMedia),
    getMediaUrl: on(media.getMediaUrl),
    downloadMedia: on(media.downloadMedia),
    deleteMedia: on(media.deleteMedia),
    uploadSample: on(samples.uploadSample),

    listTemplates: on(templates.listTemplates),
    createTemplate: on(templates.createTemplate),
    editTemplate: on(templates.editTemplate),
    deleteTemplate: on(templates.deleteTemplate),

    listPhoneNumbers: on(numbers.listPhoneNumbers),
    getPhoneNumber: on(numbers.getPhoneNumber),
    getHealth: on(numbers.getHealth),

    registerNumber: on(settings.registerNumber),
    deregisterNumber: on(settings.deregisterNumber),
    setPin: on(settings.setPin),
    requestCode: on(settings.requestCode),
    verifyCode: on(settings.verifyCode),
    setPhoneWebhook: on(settings.setPhoneWebhook),
    getProfile: on(settings.getProfile),
    editProfile: on(settings.editProfile),
    getPhoneSettings: on(settings.getPhoneSettings),
    editPhoneSettings: on(settings.editPhoneSettings),

    getSubscribedApps: on(apps.getSubscribedApps),
    subscribeApp: on(apps.subscribeApp),
    unsubscribeApp: on(apps.unsubscribeApp),
    getAppSubscriptions: on(apps.getAppSubscriptions),
    setAppSubscription: on(apps.setAppSubscription),
    debugToken: on(apps.debugToken),
  }
}
