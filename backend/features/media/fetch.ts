import { AppError } from '../../errors.ts'
import type { Context, ContextFor } from '../../feature.ts'
import type { Channel, Media } from '../../model/index.ts'
import type { MediaDetails } from '../../model/media.ts'
import type { Credentials, GraphClient } from '../../platform/channel/channel.ts'
import { hour, minute, second } from '../../platform/clock.ts'
import { RunAgainAt, type Job } from '../../platform/jobs/jobs.ts'
import type { Log } from '../../platform/log.ts'
import { describeFile, FileTooLarge, type Draft, type MediaFiles } from '../../platform/media/media.ts'
import { StorageFull } from '../../platform/store/store.ts'
import type { Quota } from './quota.ts'
import { fileIn, showInMessages } from './messages.ts'

export type FetchDeps = {
  contextFor: ContextFor
  files: MediaFiles
  apiFor: (channel: Channel) => Pick<GraphClient, 'getMediaUrl' | 'downloadMedia'>
  credentialsOf: (channel: Channel) => Credentials | undefined
  quota: Quota
  log: Log
}

/** Meta hands over no larger files. */
const largestFile = 100 * 1024 * 1024
/** A file that was not there at once is still called pending for so long; people see nothing of a short trouble. */
const patience = 2 * minute

type Outcome = { kind: 'arrived'; draft: Draft } | { kind: 'later' | 'never'; reason: string }

/**
 * The job that fetches a received file. The address is asked for each time, since it is good for five minutes only. What
 * goes wrong is tried again until Meta has forgotten the file: the longer it has been missing, the longer the next wait.
 */
export async function fetchMedia(deps: FetchDeps, job: Pick<Job, 'workspaceId' | 'payload'>): Promise<void> {
  const context = deps.contextFor(job.workspaceId)
  const file = await context.store.media.get(String(job.payload['mediaId']))
  if (!file || file.state === 'ready' || file.state === 'expired') return
  if (isOver(file, context.now())) return settle(context, file, { state: 'expired', error: gone })
  const outcome = await download(deps, context, file)
  if (outcome.kind === 'arrived') {
    const room = await makeRoom(deps, context, outcome.draft)
    if (room) return keepFile(deps, context, file, outcome.draft).finally(room)
    return tryLater(context, file, noRoom)
  }
  if (outcome.kind === 'never') return settle(context, file, { state: 'failed', error: outcome.reason })
  await tryLater(context, file, outcome.reason)
}

/** Undefined when the workspace has none left: a file that goes makes some, and Meta keeps this one for a week. */
async function makeRoom({ quota }: FetchDeps, context: Context, draft: Draft): Promise<(() => void) | undefined> {
  try {
    return await quota.reserve(context, draft.bytes)
  } catch (error) {
    await draft.discard()
    if (error instanceof AppError) return undefined
    throw error
  }
}

const noRoom = 'The files of this workspace take all the room they may. This one comes when old files are let go.'
const gone = 'WhatsApp keeps files for seven days, and this one could not be fetched in time.'

function isOver({ providerExpiresAt }: Media, at: Date): boolean {
  return providerExpiresAt !== null && providerExpiresAt <= at.toISOString()
}

async function tryLater(context: ReturnType<ContextFor>, file: Media, reason: string): Promise<never> {
  const instant = context.now().getTime()
  const missingFor = Math.max(0, instant - Date.parse(file.createdAt))
  const state = missingFor < patience ? 'pending' : 'failed'
  if (file.state !== state || file.error !== reason) await settle(context, file, { state, error: reason })
  const wait = Math.min(Math.max(missingFor / 2, 10 * second), 6 * hour)
  throw new RunAgainAt(new Date(instant + wait), reason)
}

async function download(deps: FetchDeps, { store }: Context, file: Media): Promise<Outcome> {
  const channel = file.channelId ? await store.channels.get(file.channelId) : undefined
  const credentials = channel && deps.credentialsOf(channel)
  if (!channel || !credentials) return { kind: 'never', reason: 'This number is not connected to WhatsApp.' }
  const api = deps.apiFor(channel)
  for (let attempt = 1; ; attempt++) {
    const address = await api.getMediaUrl(credentials, file.providerMediaId!)
    if (!address.ok) return { kind: 'later', reason: address.refusal.error.message }
    if ((address.value.bytes ?? 0) > largestFile) return tooLarge
    const answer = await api.downloadMedia(credentials, address.value.url)
    if (answer.ok) return save(deps, answer.value.stream, address.value.bytes)
    // An address that is too old answers 404, so a fresh one is worth a second try at once.
    if (answer.httpStatus !== 404 || attempt === 2) return { kind: 'later', reason: answer.refusal.error.message }
  }
}

const tooLarge: Outcome = {
  kind: 'never',
  reason: 'This file is larger than 100 MB, the most that WhatsApp hands over.',
}

async function save(
  { files, log }: FetchDeps,
  stream: AsyncIterable<Uint8Array>,
  announced: number | undefined,
): Promise<Outcome> {
  try {
    const draft = await files.receive(stream, { maxBytes: largestFile })
    if (announced === undefined || draft.bytes >= announced) return { kind: 'arrived', draft }
    await draft.discard()
    return { kind: 'later', reason: 'The file was cut off on its way.' }
  } catch (error) {
    if (error instanceof FileTooLarge || (error as { code?: unknown }).code === 'TOO_LARGE') return tooLarge
    if (error instanceof StorageFull) {
      log.error('A received file could not be stored: the disk is full')
      return { kind: 'later', reason: 'The disk of this server is full.' }
    }
    return { kind: 'later', reason: 'The connection to WhatsApp broke.' }
  }
}

async function keepFile(deps: FetchDeps, context: ReturnType<ContextFor>, file: Media, draft: Draft): Promise<void> {
  try {
    await warnIfOther(deps, context, file, draft)
    const { mimeType, width, height, animated } = await describeFile(draft.path, file)
    await draft.keep()
    const facts = { state: 'ready' as const, error: null, sha256: draft.sha256, bytes: draft.bytes, mimeType }
    await settle(context, file, facts, {
      ...(width && height ? { width, height } : {}),
      ...(animated ? { animated } : {}),
    })
  } finally {
    await draft.discard()
  }
}

/** Meta is known to name a wrong hash now and then; the file is what there is. */
async function warnIfOther({ log }: FetchDeps, { store }: Context, file: Media, draft: Draft): Promise<void> {
  const message = file.messageId ? await store.messages.get(file.messageId) : undefined
  const named = message && fileIn(message.content)?.sha256
  if (named && toHex(named) !== draft.sha256) log.warn(`The file ${file.id} is not the one that its webhook announced`)
}

/** Webhooks have it in base64 or in hexadecimal. */
function toHex(sha256: string): string {
  return /^[0-9a-f]{64}$/i.test(sha256) ? sha256.toLowerCase() : Buffer.from(sha256, 'base64').toString('hex')
}

/** Meanwhile another message may have named the same file, which is part of its details. */
async function settle(
  context: ReturnType<ContextFor>,
  { id }: Media,
  set: Partial<Media>,
  learned: MediaDetails = {},
): Promise<void> {
  const settleOnce = () =>
    context.store.transaction(async (store) => {
      const file = await store.media.get(id)
      if (!file || file.state === 'ready') return true
      const facts = { ...set, details: { ...file.details, ...learned } }
      const settled = await store.media.update(id, facts, { onlyIf: { updatedAt: file.updatedAt } })
      if (settled) await showInMessages({ ...context, store }, settled)
      return settled !== undefined
    })
  for (let attempt = 1; !(await settleOnce()); attempt++)
    if (attempt === 10) throw new Error(`The file ${id} changes too often to be settled`)
  context.flush()
}
