import type { App, World } from '../world/world.ts'
import type { Change } from '../payloads/envelope.ts'

export interface Destination {
  app: App
  url: string
}

/**
 * Who gets a webhook: every app that is subscribed to the account and has ticked the field.
 * For `messages` the number's own callback wins over the account's, and that over the app's.
 */
export function destinationsOf(world: World, change: Change): Destination[] {
  const number = world.phoneNumbers.get(phoneNumberIdOf(change) ?? '')
  const account = world.accounts.get(change.entryId) ?? world.accounts.get(accountInValue(change) ?? '')
  if (!account) return []
  return [...account.subscribedApps].flatMap(([appId, accountOverride]) => {
    const app = world.apps.get(appId)
    if (!app) return []
    const override = change.field === 'messages' ? (number?.webhookOverride ?? accountOverride) : undefined
    const url = override?.callbackUri ?? app.subscription?.callbackUrl
    const isTicked = override !== undefined || app.subscription?.fields.includes(change.field)
    return url && isTicked ? [{ app, url }] : []
  })
}

function phoneNumberIdOf(change: Change): string | undefined {
  return (change.value as { metadata?: { phone_number_id?: string } }).metadata?.phone_number_id
}

/** Partner events name the account inside, because their entry is the portfolio. */
function accountInValue(change: Change): string | undefined {
  return (change.value as { waba_info?: { waba_id?: string } }).waba_info?.waba_id
}
