import type { Check, HealthReport } from '../../contract/doctor.ts'
import type { Context, ContextFor } from '../../feature.ts'
import type { AppStore, Channel, ChannelHealth, WorkspaceStore } from '../../model/index.ts'
import { changeEach } from '../change-each.ts'
import type { PhoneNumber } from '../../platform/channel/channel.ts'
import type { Job } from '../../platform/jobs/jobs.ts'
import { DuplicateKey } from '../../platform/store/store.ts'
import { webhookUrlOf } from '../channels/changes.ts'
import { presentChannel } from '../channels/present.ts'
import { isProven } from '../channels/proof.ts'
import type { DoctorDeps } from './deps.ts'
import { examineChannel } from './examine.ts'
import { worstOf } from './findings.ts'

export const healthJob = 'channel-health'
const hour = 60 * 60 * 1000

/** Lines that are known better than by asking Meta again: why it refused what was just tried. */
export type Known = readonly (Check | undefined)[]

type Run = { callbackUrl?: string | undefined; known?: Known }

/** Checks a number, keeps the report, and comes back in an hour. */
export async function runCheck(
  deps: DoctorDeps,
  context: Context,
  channel: Channel,
  run: Run = {},
): Promise<HealthReport> {
  const { store, now } = context
  const url = run.callbackUrl ?? (await callbackUrlFor(deps, context, channel))
  const { checks, number } = await examineChannel(deps, channel, {
    url,
    now,
    lastSent: await findLastOf(store, channel),
  })
  const lines = checks.map(
    (check) => run.known?.find((known) => known?.id === check.id && check.state !== 'ok') ?? check,
  )
  await keepFacts(deps, context, channel, number, lines)
  const report = { checkedAt: now().toISOString(), state: worstOf(lines), checks: lines, callbackUrl: url || null }
  const kept = await keepReport(store, channel, report)
  await scheduleCheck(store, channel.id, new Date(now().getTime() + hour))
  const shown = presentReport(kept)
  context.notify({ name: 'channel:health', payload: { report: shown } })
  return shown
}

/** The newest word of the number's newest chat. */
async function findLastOf(store: WorkspaceStore, { id }: Channel) {
  const latest = await store.conversations.first({ channelId: id }, ['lastMessageAt', 'desc'])
  return latest?.lastMessage ?? null
}

/** A number that was silent is heard again: its report says so at once instead of within the hour. */
export async function recheckIfSilent(store: WorkspaceStore, channelId: string, now: Date): Promise<void> {
  const report = await store.channelHealth.first({ channelId })
  if (report?.checks.some(({ code }) => code === 'hello.silent')) await scheduleCheck(store, channelId, now)
}

/** The address this installation is known by, else the one that was given before, else where the browser is now. */
export async function callbackUrlFor(
  { publicUrl }: Pick<DoctorDeps, 'publicUrl'>,
  context: Context,
  channel: Pick<Channel, 'id'> | undefined,
): Promise<string> {
  if (publicUrl) return webhookUrlOf({ ...context, origin: publicUrl })
  const before = channel && (await context.store.channelHealth.first({ channelId: channel.id }))
  return before?.callbackUrl ?? (context.origin ? webhookUrlOf(context) : '')
}

/** What Meta said about the number; a pause ends when nothing that could be its reason is left. */
async function keepFacts(
  deps: DoctorDeps,
  context: Context,
  channel: Channel,
  number: PhoneNumber | undefined,
  lines: readonly Check[],
): Promise<void> {
  const { store, now, notify } = context
  if (!number) return
  const blocking = ['token', 'scopes', 'account', 'number', 'registered', 'sending']
  const isFree = lines
    .filter(({ id }) => blocking.includes(id))
    .every(({ state }) => state === 'ok' || state === 'warning')
  const changed = await changeEach(store.channels, [channel.id], ({ info, problem }) => ({
    info: { ...info, ...number.info, checkedAt: now().toISOString() },
    ...(isFree && problem?.retryAt === null && problem.since === channel.problem?.since ? { problem: null } : {}),
  }))
  for (const { after } of changed) notify({ name: 'channel:updated', payload: { channel: presentChannel(after) } })
  if (!isProven(channel)) await keepProof(deps, context, channel)
}

/** Meta let this token open this number in this account. What came for it before that is given to it now. */
async function keepProof({ channels }: DoctorDeps, context: Context, channel: Channel): Promise<void> {
  const { phoneNumberId, businessAccountId } = channel
  const proven = await context.store.channels
    .update(channel.id, { provenNumberId: phoneNumberId }, { onlyIf: { phoneNumberId, businessAccountId } })
    .catch((error: unknown) => {
      // Another workspace proved it first; the next check asks again.
      if (error instanceof DuplicateKey) return undefined
      throw error
    })
  if (!proven) return
  channels.onChange()
  await channels.onNumber(context)
}

type Kept = Pick<ChannelHealth, 'checkedAt' | 'state' | 'checks' | 'callbackUrl'>

async function keepReport(store: WorkspaceStore, { id: channelId }: Channel, report: Kept): Promise<ChannelHealth> {
  const change = async () => {
    const before = await store.channelHealth.first({ channelId })
    return before && store.channelHealth.update(before.id, report)
  }
  const changed = await change()
  if (changed) return changed
  try {
    return await store.channelHealth.insert({ channelId, ...report })
  } catch (error) {
    // Two people pressed the button at once.
    const now = error instanceof DuplicateKey ? await change() : undefined
    if (now) return now
    throw error
  }
}

export function presentReport({ channelId, checkedAt, state, checks, callbackUrl }: ChannelHealth): HealthReport {
  return { channelId, checkedAt, state, checks, callbackUrl }
}

export function scheduleCheck(store: WorkspaceStore, channelId: string, at: Date): Promise<void> {
  return store.schedule([
    { kind: healthJob, key: `${healthJob}:${channelId}`, runAt: at.toISOString(), payload: { channelId } },
  ])
}

/** The hourly check. It ends by itself when the number was removed. */
export async function runScheduledCheck(
  deps: DoctorDeps,
  contextFor: ContextFor,
  job: Pick<Job, 'workspaceId' | 'payload'>,
): Promise<void> {
  const context = contextFor(job.workspaceId)
  const channel = await context.store.channels.get(String(job.payload['channelId']))
  if (!channel || channel.kind !== 'cloud' || !channel.accessToken) return
  await runCheck(deps, context, channel)
  context.flush()
}

/** Numbers that were connected by hand have no report yet; from their first one on they come back by themselves. */
export async function watchNewChannels({ store, now }: { store: AppStore; now: () => Date }): Promise<void> {
  const channels = await store.system.channels.find({ where: { kind: 'cloud' }, limit: 5000 })
  const known = await store.system.channelHealth.find({ limit: 5000 })
  const checked = new Set(known.map(({ channelId }) => channelId))
  for (const channel of channels)
    if (channel.accessToken && !checked.has(channel.id))
      await scheduleCheck(store.workspace(channel.workspaceId), channel.id, now())
}
