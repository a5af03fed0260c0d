import { AppError } from '../../errors.ts'
import type { Context } from '../../feature.ts'
import type { Channel } from '../../model/index.ts'
import type { Credentials, Outgoing, SendOutcome } from '../../platform/channel/channel.ts'
import { buildOutgoing, type ProviderMediaFor } from './outgoing.ts'
import type { Transmit } from './outbox.ts'

type Api = { sendMessage(credentials: Credentials, outgoing: Outgoing): Promise<SendOutcome> }

type Deps = {
  apiFor: (context: Context, channel: Channel) => Api
  credentialsOf: (channel: Channel) => Credentials | undefined
  providerMediaFor: ProviderMediaFor
}

/** Prepares a message (files uploaded, address looked up) and hands it to the channel's API. */
export function createTransmit({ apiFor, credentialsOf, providerMediaFor }: Deps): Transmit {
  return async (context, channel, message, opaque) => {
    const credentials = credentialsOf(channel)
    if (!credentials) return refuse('This number is not connected to WhatsApp.', 'channel')
    const outgoing = await prepare(context, channel, message, opaque)
    if ('kind' in outgoing) return outgoing
    return apiFor(context, channel).sendMessage(credentials, outgoing)
  }

  /** Everything here happens before a byte of the message leaves, so a failure means for certain that nothing was sent. */
  async function prepare(...args: Parameters<Transmit>): Promise<Outgoing | SendOutcome> {
    try {
      return await buildOutgoing(...args, providerMediaFor)
    } catch (error) {
      if (error instanceof AppError && error.status < 500) return refuse(error.message, 'none')
      return { kind: 'not_sent', reason: String(error) }
    }
  }
}

function refuse(sentence: string, action: 'channel' | 'none'): SendOutcome {
  return {
    kind: 'refused',
    refusal: {
      code: 0,
      scope: 'message',
      ambiguous: false,
      error: {
        code: 'message.not_possible',
        message: sentence,
        actor: action === 'channel' ? 'admin' : 'agent',
        action,
      },
    },
  }
}
