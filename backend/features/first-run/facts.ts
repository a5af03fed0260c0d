import { firstSteps, type FirstRun, type FirstStep } from '../../contract/first-run.ts'
import type { Context } from '../../feature.ts'

/** Every step is done when its result is there, however it came to be; nothing is remembered about clicks. */
const facts: Record<FirstStep, (context: Context) => Promise<boolean>> = {
  business: async ({ store, workspaceId }) =>
    ((await store.workspaces.get(workspaceId))?.settings.defaultCountry ?? null) !== null,
  practice: async ({ store }) => {
    const channel = await store.channels.first({ kind: 'practice' })
    if (!channel) return true
    const chat = await store.conversations.first({ channelId: channel.id })
    const answer = chat && (await store.messages.first({ conversationId: chat.id, direction: 'outbound' }))
    return answer !== undefined
  },
  connect: async ({ store }) =>
    (await store.channels.find({ where: { kind: 'cloud' }, limit: 50 })).some(
      ({ accessToken }) => accessToken !== null,
    ),
  invite: async ({ store }) =>
    (await store.users.find({ sort: ['name', 'asc'], limit: 2 })).length > 1 ||
    (await store.invitations.find({ limit: 1 })).length > 0,
  // The practice customer is one.
  contacts: async ({ store }) => (await store.contacts.find({ sort: ['createdAt', 'asc'], limit: 2 })).length > 1,
  template: async ({ store }) => (await store.templates.find({ sort: ['name', 'asc'], limit: 1 })).length > 0,
  lead: async ({ store }) => (await store.leads.find({ sort: ['createdAt', 'asc'], limit: 1 })).length > 0,
}

export async function readFirstRun(context: Context): Promise<FirstRun> {
  const workspace = await context.store.workspaces.get(context.workspaceId)
  const steps = await Promise.all(firstSteps.map(async (key) => ({ key, done: await facts[key](context) })))
  return { steps, dismissed: Boolean(workspace?.settings.firstRunDismissed) }
}
