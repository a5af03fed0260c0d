import type { MessageError } from '../../contract/messages.ts'
import type { Context } from '../../feature.ts'
import type { Contact } from '../../model/index.ts'
import { day } from '../../platform/clock.ts'
import { changeEach } from '../change-each.ts'

/** Meta says it of a marketing message whose reader has stopped them, in the answer or in a later status. */
const stopped = 131050
/** The same when the reader got enough marketing, from whomever. Trying again soon makes it last longer. */
const held = 131049

/** A day, and twice as long each time it happens again within a week of the last. */
const longestHold = 8
const week = 7 * day

type Refused = { contactId: string; error: MessageError | null | undefined; at: string }

/** Whom Meta keeps from marketing before Parley heard of it is left in peace from the first refusal on. */
export async function learnFromRefusals({ store, notify }: Context, refused: readonly Refused[]): Promise<void> {
  for (const { contactId, error, at } of refused) {
    if (error?.code !== stopped && error?.code !== held) continue
    const changeOf = (contact: Contact) => (error.code === stopped ? stop(contact, at) : hold(contact, at))
    for (const { after } of await changeEach(store.contacts, [contactId], changeOf))
      notify({ name: 'contact:updated', payload: { contact: after } })
  }
}

function stop({ marketingStoppedAt, optIn }: Contact, at: string): Partial<Contact> | undefined {
  // A choice that came after the message was refused counts.
  const hasChosen = optIn.source === 'whatsapp' && optIn.at && optIn.at > at
  if (marketingStoppedAt || hasChosen) return undefined
  return {
    marketingStoppedAt: at,
    optInStatus: 'opted_out',
    optIn: { status: 'opted_out', at, source: 'whatsapp' },
  }
}

function hold({ marketingHold }: Pick<Contact, 'marketingHold'>, at: string): Partial<Contact> | undefined {
  const instant = Date.parse(at)
  const last = marketingHold && Date.parse(marketingHold.until)
  // Refused together with the one before.
  if (last && last > instant) return undefined
  const days = last && instant - last < week ? Math.min(marketingHold.days * 2, longestHold) : 1
  return { marketingHold: { until: new Date(instant + days * day).toISOString(), days } }
}
