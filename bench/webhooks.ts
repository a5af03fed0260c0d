import { createHmac } from 'node:crypto'
import { buildRequest } from './load.ts'

export const appSecret = 'bench-app-secret-0123456789abcdef'
export const phoneNumberId = '100000000000001'

const text = 'Hello, I would like to know if my order number 48213 has been shipped already? Thank you very much!'

/** A signed text message as Meta sends it, about 530 bytes; every one has its own id, from one of 1,000 customers. */
export function textWebhook(
  run: string,
  index: number,
  options: { path: string; contacts?: number; at?: number },
): Buffer {
  const from = `5511900${100_000 + ((index * 7919) % (options.contacts ?? 1000))}`
  const value = {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: '15550001111', phone_number_id: phoneNumberId },
    contacts: [{ profile: { name: `Customer ${from.slice(-6)}` }, wa_id: from }],
    messages: [
      {
        from,
        id: `wamid.HBgN${Buffer.from(`${run}-${index}`).toString('base64url')}`,
        timestamp: String(options.at ?? Math.floor(Date.now() / 1000)),
        text: { body: text },
        type: 'text',
      },
    ],
  }
  return signedWebhook(options.path, { value, field: 'messages' })
}

/** What Meta sends after a pause: a thousand messages at once, padded to the three megabytes that it allows. */
export function batchWebhook(run: string, index: number, path: string, items = 1000, bytes = 3_000_000): Buffer {
  const padding = 'x'.repeat(Math.floor(bytes / items) - 250)
  const messages = Array.from({ length: items }, (_, nth) => ({
    from: `5511900${100_000 + nth}`,
    id: `wamid.HBgN${Buffer.from(`${run}-${index}-${nth}`).toString('base64url')}`,
    timestamp: String(Math.floor(Date.now() / 1000)),
    type: 'text',
    text: { body: `${text} ${padding}` },
  }))
  const metadata = { display_phone_number: '15550001111', phone_number_id: phoneNumberId }
  return signedWebhook(path, { value: { messaging_product: 'whatsapp', metadata, messages }, field: 'messages' })
}

/** Meta lets the number send up to 1,000 messages a second. */
export function throughputWebhook(path: string): Buffer {
  const value = { display_phone_number: '15550001111', event: 'THROUGHPUT_UPGRADE', current_limit: 'TIER_UNLIMITED' }
  return signedWebhook(path, { value, field: 'phone_number_quality_update' })
}

function signedWebhook(path: string, change: object): Buffer {
  const body = JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{ id: '200000000000002', changes: [change] }],
  })
  const signature = createHmac('sha256', appSecret).update(body).digest('hex')
  return buildRequest('POST', path, { 'X-Hub-Signature-256': `sha256=${signature}` }, body)
}

/** Prebuilt, because signing while measuring would measure the signing. */
export function buildWebhooks(run: string, count: number, path: string): Buffer[] {
  return Array.from({ length: count }, (_, index) => textWebhook(run, index, { path }))
}
