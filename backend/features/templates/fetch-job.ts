import type { Context, ContextFor } from '../../feature.ts'
import type { Channel } from '../../model/index.ts'
import type { Job } from '../../platform/jobs/jobs.ts'
import { fetchTemplates, type Remote } from './accounts.ts'
import { announceTemplate } from './templates.ts'

export const fetchTemplatesJob = 'templates-fetch'

/** Meta spoke of a template that was not written here: the list of its account is fetched, once for many such. */
export function scheduleFetch({ store, now }: Pick<Context, 'store' | 'now'>, channel: Channel): Promise<void> {
  const key = `${fetchTemplatesJob}:${channel.id}`
  return store.schedule([
    { kind: fetchTemplatesJob, key, runAt: now().toISOString(), payload: { channelId: channel.id } },
  ])
}

export async function runFetch(
  contextFor: ContextFor,
  remote: Remote,
  { workspaceId, payload }: Pick<Job, 'workspaceId' | 'payload'>,
): Promise<void> {
  const context = contextFor(workspaceId)
  const channel = await context.store.channels.get(String(payload['channelId']))
  if (!channel?.businessAccountId || !remote.apiFor(channel)) return
  const known = await context.store.templates.find({ where: { businessAccountId: channel.businessAccountId } })
  await fetchTemplates(context, remote, channel)
  const ids = new Set(known.map(({ id }) => id))
  const listed = await context.store.templates.find({ where: { businessAccountId: channel.businessAccountId } })
  for (const template of listed) if (!ids.has(template.id)) announceTemplate(context, template)
  context.flush()
}
