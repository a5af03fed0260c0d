import type { ContentOf, MessageContent, SendableContent, SendableType } from '../../../contract/messages.ts'
import type { Outgoing } from '../channel.ts'
import type { SendableKind, UploadedMedia } from './messages/kind.ts'
import { messageKinds } from './messages/registry.ts'

/** The body of `POST /messages` for a stored message. Throws for types that only customers send. */
export function renderMessage({ to, type, content, media, replyToProviderMessageId, opaque }: Outgoing): object {
  return {
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    ...renderAddressee(to),
    type,
    [type]: renderContent(type, content, media),
    // A reaction names its message itself; Meta refuses a quote beside it.
    ...(replyToProviderMessageId && type !== 'reaction' ? { context: { message_id: replyToProviderMessageId } } : {}),
    biz_opaque_callback_data: opaque,
  }
}

/** What is stored for what the API was asked to send. Reactions and templates need more than their input; see there. */
export function contentFromInput<T extends SendableType>(type: T, input: SendableContent<T>): ContentOf<T> {
  return sendableKind(type).accept(input)
}

/** Without the `+`, Meta puts the country code of the business before the number. */
function renderAddressee(to: Outgoing['to']): object {
  return 'phone' in to ? { to: `+${to.phone.replace(/\D/g, '')}` } : { recipient: to.bsuid }
}

function renderContent(type: Outgoing['type'], content: MessageContent, media: UploadedMedia): unknown {
  const kind = messageKinds[type]
  if (!('render' in kind)) throw new Error(`Messages of the type ${type} cannot be sent.`)
  return kind.render(content as never, media)
}

function sendableKind<T extends SendableType>(type: T): SendableKind<T> {
  return messageKinds[type] as unknown as SendableKind<T>
}
