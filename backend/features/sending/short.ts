import { NewMessage, shortMessages as routes, type SendableType } from '../../contract/messages.ts'
import { implement, type Context, type Feature } from '../../feature.ts'
import { sendAndShow, type SendDeps } from './messages.ts'

/** One route per type, for programs that send one type. */
export function createShortMessages(deps: SendDeps): Feature {
  const sender =
    (type: SendableType) =>
    (context: Context, { body }: { body: Record<string, unknown> }) => {
      const { to, conversationId, channelId, replyTo, ...content } = body
      // Checked by the route already; parsing once more puts it into the long form.
      const message = NewMessage.parse({ type, to, conversationId, channelId, replyTo, content })
      return sendAndShow(deps, context, message)
    }
  return implement(routes, {
    text: sender('text'),
    image: sender('image'),
    video: sender('video'),
    audio: sender('audio'),
    document: sender('document'),
    location: sender('location'),
    template: sender('template'),
  })
}
