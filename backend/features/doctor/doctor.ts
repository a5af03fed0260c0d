import { doctor as routes } from '../../contract/doctor.ts'
import { AppError } from '../../errors.ts'
import { implement, type Context, type Feature } from '../../feature.ts'
import type { Channel } from '../../model/index.ts'
import { presentChannel } from '../channels/present.ts'
import { connectNumber, fixNumber } from './connect.ts'
import type { DoctorDeps } from './deps.ts'
import { inspectCredentials } from './inspect.ts'
import { presentReport, runCheck } from './reports.ts'

/** Connects numbers, and tells what keeps one from working: one line, one sentence, one button. */
export function createDoctor(deps: DoctorDeps): Feature {
  return implement(routes, {
    inspect: (context, { body }) => inspectCredentials(deps, context, body),
    connect: async (context, { body }) => {
      const { channel, report } = await connectNumber(deps, context, body)
      return { channel: presentChannel(channel), report }
    },
    reports: async ({ store }) => {
      const kept = await store.channelHealth.find({ sort: ['checkedAt', 'desc'], limit: 500 })
      return { reports: kept.map(presentReport) }
    },
    examine: async (context, { params }) => runCheck(deps, context, await findNumber(context, params.channelId)),
    fix: async (context, { params, body }) =>
      fixNumber(deps, context, await findNumber(context, params.channelId), body),
  })
}

/** The practice customer has nothing that could be broken. */
async function findNumber({ store }: Context, id: string): Promise<Channel> {
  const channel = await store.channels.get(id)
  if (!channel || channel.kind !== 'cloud') throw new AppError('channel.not_found')
  return channel
}
