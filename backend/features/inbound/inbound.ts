import type { IncomingItem } from '../../platform/channel/channel.ts'
import { applyAddress, applyIdentityChange, applyPreference } from './people.ts'
import { applyChannelChange, applyNotice, applyTemplateChange } from './account.ts'
import { applyEarly } from './early.ts'
import { applyEdit } from './edits.ts'
import { applyMessages, type OnReceived } from './messages.ts'
import type { InboundContext, Routed } from './routed.ts'
import { applyStatuses } from './statuses.ts'

/**
 * Applies items of one workspace inside the caller's transaction. Messages go first, because what follows in the same
 * delivery may be about them. Applying the same item again changes nothing.
 */
export async function applyItems(
  context: InboundContext,
  routed: readonly Routed[],
  onReceived?: OnReceived,
): Promise<void> {
  const stored = await applyMessages(
    context,
    ofKind(routed, 'message').filter(({ item }) => !item.groupId),
    onReceived,
  )
  await applyEarly(context, stored)
  for (const entry of [...ofKind(routed, 'edit'), ...ofKind(routed, 'revoke')]) await applyEdit(context, entry)
  await applyStatuses(context, ofKind(routed, 'status'))
  for (const entry of ofKind(routed, 'identity')) await applyIdentityChange(context, entry)
  for (const entry of ofKind(routed, 'preference')) await applyPreference(context, entry)
  for (const entry of ofKind(routed, 'address')) await applyAddress(context, entry)
  for (const entry of ofKind(routed, 'template')) await applyTemplateChange(context, entry)
  for (const entry of ofKind(routed, 'channel')) await applyChannelChange(context, entry)
  for (const entry of ofKind(routed, 'notice')) await applyNotice(context, entry)
}

type Kind = IncomingItem['kind']
type OfKind<K extends Kind> =
  Extract<IncomingItem, { kind: K }> extends never
    ? Extract<IncomingItem, { kind: unknown }> & { kind: K }
    : Extract<IncomingItem, { kind: K }>

function ofKind<K extends Kind>(routed: readonly Routed[], kind: K): Routed<OfKind<K>>[] {
  return routed.filter(({ item }) => item.kind === kind) as unknown as Routed<OfKind<K>>[]
}
