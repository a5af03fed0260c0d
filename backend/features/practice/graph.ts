import type { HttpAnswer, HttpClient, HttpRequest } from '../../platform/http-client.ts'

/** What the practice customer's phone gets to know of a message. */
export type PracticeMessage = { opaque: string | undefined; text: string | undefined }

type Deps = {
  /** Answers the id WhatsApp would give the message. */
  takeMessage: (message: PracticeMessage) => Promise<string>
  randomId: () => string
}

/**
 * Stands where Meta's server would be, for the practice customer: the same client renders the same requests and reads the
 * same answers, only nothing leaves the house.
 */
export function createPracticeGraph({ takeMessage, randomId }: Deps): HttpClient {
  async function answer({ url, method, body }: HttpRequest): Promise<object> {
    const [, , node, edge] = new URL(url).pathname.split('/')
    const sent = typeof body === 'string' ? (JSON.parse(body) as SentBody) : {}
    if (edge === 'media') return { id: `practice-media-${randomId()}` }
    if (edge === 'message_templates' && method === 'POST')
      return { id: randomId(), status: 'APPROVED', category: sent.category }
    if (edge === 'message_templates') return method === 'DELETE' ? { success: true } : { data: [] }
    if (edge !== 'messages' || sent.status === 'read') return { success: true, id: node }
    const opaque = sent.biz_opaque_callback_data
    const id = await takeMessage({ opaque, text: sent.type === 'reaction' ? undefined : (sent.text?.body ?? '') })
    return { messaging_product: 'whatsapp', contacts: [], messages: [{ id }] }
  }

  return {
    async request(request): Promise<HttpAnswer> {
      const body = Buffer.from(JSON.stringify(await answer(request)))
      return { ok: true, status: 200, header: () => null, body }
    },
    open: async () => ({ ok: false, kind: 'forbidden', reason: 'The practice customer has no files' }),
    close: () => {},
  }
}

type SentBody = {
  status?: string
  type?: string
  category?: string
  text?: { body?: string }
  biz_opaque_callback_data?: string
}
