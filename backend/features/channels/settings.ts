import { settings as routes } from '../../contract/channels.ts'
import type { Parsed, Result } from '../../contract/route.ts'
import { AppError } from '../../errors.ts'
import { implement, type Context, type Feature } from '../../feature.ts'
import type { Channel } from '../../model/index.ts'
import { addChannel, changeChannel, webhookUrlOf, type ChannelDeps } from './changes.ts'
import { presentChannel } from './present.ts'

/** The fields of the first number, for a business that has only one. */
export function createSettings(deps: ChannelDeps): Feature {
  return implement(routes, {
    get: async (context) => presentSettings(context, await findFirstNumber(context)),
    update: async (context, { body }) => presentSettings(context, await changeFirstNumber(deps, context, body)),
  })
}

async function findFirstNumber({ store }: Context): Promise<Channel | undefined> {
  return store.channels.first({ kind: 'cloud' }, ['createdAt', 'asc'])
}

async function changeFirstNumber(deps: ChannelDeps, context: Context, body: Parsed<typeof routes.update>['body']) {
  const patch = { ...body.whatsappConfig, ...body.webhookConfig }
  const channel = await findFirstNumber(context)
  if (channel) return changeChannel(deps, context, channel, patch)
  const { businessPhone } = patch
  if (businessPhone === undefined)
    throw new AppError('request.invalid', {
      details: [{ path: 'body.whatsappConfig.businessPhone', message: 'This is missing.' }],
    })
  return addChannel(deps, context, { name: 'WhatsApp', ...patch, businessPhone })
}

function presentSettings(context: Context, channel: Channel | undefined): Result<typeof routes.get> {
  const shown = channel && presentChannel(channel)
  return {
    whatsappConfig: {
      channelId: shown?.id ?? null,
      businessPhone: shown?.businessPhone ?? null,
      phoneNumberId: shown?.phoneNumberId ?? null,
      businessAccountId: shown?.businessAccountId ?? null,
      accessToken: shown?.accessToken ?? null,
      state: shown?.state ?? 'crm_only',
    },
    webhookConfig: {
      webhookUrl: webhookUrlOf(context),
      verifyToken: shown?.verifyToken ?? null,
      appSecret: shown?.appSecret ?? null,
      webhookSeenAt: shown?.webhookSeenAt ?? null,
    },
  }
}
