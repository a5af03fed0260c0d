import {
  isSomebody,
  type IncomingChannelChange,
  type IncomingNotice,
  type IncomingTemplateChange,
} from '../../platform/channel/channel.ts'
import type { Template } from '../../model/index.ts'
import { changeEach } from '../change-each.ts'
import { resolveContacts } from '../contacts/identity.ts'
import { presentChannel } from '../channels/present.ts'
import { openConversations, pairOf } from '../conversations/open.ts'
import { scheduleFetch } from '../templates/fetch-job.ts'
import { announceTemplate } from '../templates/templates.ts'
import type { InboundContext, Routed } from './routed.ts'

const windowLength = 24 * 60 * 60 * 1000

/** Approval, quality, category: Meta's word about a template. */
export async function applyTemplateChange(
  context: InboundContext,
  { item, channel }: Routed<IncomingTemplateChange>,
): Promise<void> {
  const { store, notify } = context
  const template = await findTemplate(store, item)
  if (!template) return item.status && gone.has(item.status) ? undefined : scheduleFetch(context, channel)
  const updated = await store.templates.update(template.id, {
    ...judgementOf(template, item),
    ...(item.quality ? { quality: item.quality } : {}),
    ...(item.category ? { category: item.category as Template['category'], pendingCategory: null } : {}),
    ...(item.pendingCategory ? { pendingCategory: item.pendingCategory } : {}),
    ...(item.components ? { components: withTexts(template.components, item.components) } : {}),
    syncedAt: item.at,
  })
  if (updated) announceTemplate({ notify }, updated)
}

const gone: ReadonlySet<string> = new Set(['DELETED', 'PENDING_DELETION'])

function judgementOf({ judgedAt }: Template, { status, reason, at }: IncomingTemplateChange): Partial<Template> {
  if (!status || (judgedAt && judgedAt > at)) return {}
  return { status, judgedAt: at, ...(reason === undefined ? {} : { rejectedReason: reason }) }
}

/** Meta tells the new texts of body, header and footer, and not the parts around them. */
function withTexts(
  components: Template['components'],
  { body, title, footer }: NonNullable<IncomingTemplateChange['components']>,
): Template['components'] {
  const texts: Record<string, string | undefined> = { BODY: body, HEADER: title, FOOTER: footer }
  return components.map((part) => {
    const text = texts[part.type.toUpperCase()]
    return text === undefined || typeof part['text'] !== 'string' ? part : { ...part, text }
  })
}

async function findTemplate(
  store: InboundContext['store'],
  { businessAccountId, providerTemplateId, name, language }: IncomingTemplateChange,
) {
  const byId = providerTemplateId ? await store.templates.first({ providerTemplateId }) : undefined
  if (byId || !name || !language) return byId
  return store.templates.first({ businessAccountId, name, language: language.replace('-', '_') })
}

/** Quality, limits, names, bans: Meta's word about a number. */
export async function applyChannelChange(
  { store, now, notify }: InboundContext,
  { item, channel }: Routed<IncomingChannelChange>,
): Promise<void> {
  const { code = null, message = '', until = null } = item.problem ?? {}
  const problem = item.problem && { code, message, since: now().toISOString(), retryAt: until }
  const changed = await changeEach(store.channels, [channel.id], ({ info }) => ({
    ...(item.info ? { info: { ...info, ...item.info, checkedAt: now().toISOString() } } : {}),
    ...(item.problem === undefined ? {} : { problem }),
  }))
  for (const { after } of changed) notify({ name: 'channel:updated', payload: { channel: presentChannel(after) } })
}

/** Who owns the chat at the moment, and calls, which open the 24-hour window like a message. */
export async function applyNotice(context: InboundContext, { item, channel }: Routed<IncomingNotice>): Promise<void> {
  if (!item.effect || !item.person || !isSomebody(item.person)) return
  const { store, now, notify } = context
  const at = item.at ?? now().toISOString()
  const [contact] = await resolveContacts(store, [item.person])
  const conversations = await openConversations(context, [{ channel, contact: contact!, at }])
  const { id } = conversations.get(pairOf(channel.id, contact!.id))!
  const updated = await store.conversations.update(id, factsOf(item.effect, at))
  if (updated) notify({ name: 'conversation:updated', payload: { conversation: updated } })
}

function factsOf(effect: NonNullable<IncomingNotice['effect']>, at: string) {
  if (effect === 'call')
    return { lastInboundAt: at, windowExpiresAt: new Date(Date.parse(at) + windowLength).toISOString() }
  // Meta tells the new owner "control_passed" and the old one "control_taken".
  return { standbySince: effect === 'control_passed' ? null : at }
}
