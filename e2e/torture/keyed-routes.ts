import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { waitUntil } from '../house.ts'
import type { Stage } from './stage.ts'

export type Keyed = { path: string; body: (marker: string) => object; collection: Counted; atMost?: number }
export type Counted =
  | 'contacts'
  | 'leads'
  | 'threadEntries'
  | 'messages'
  | 'scheduledMessages'
  | 'reminders'
  | 'segments'
  | 'cannedReplies'
  | 'savedViews'
  | 'bulkActions'
  | 'contactBulks'
  | 'automationRules'

const customer = '15550001234'
const samples = resolve(import.meta.dirname, '../../backend/simulator/samples')

/** How each route that takes an Idempotency-Key is called, by its name in the contract. */
export async function prepareKeyedRoutes(stage: Stage): Promise<Map<string, Keyed>> {
  const { simulator, ask } = stage
  simulator.receive('text', { body: 'Hello' }, { from: customer })
  let chat = { id: '', contactId: '' }
  await waitUntil(async () => {
    const [first] = (await ask('GET', '/api/conversations')).conversations
    chat = first ?? chat
    return first !== undefined
  })
  const failed = await failOnce(stage, chat.id)
  const [photo, clip, voice, invoice] = await Promise.all([
    upload(stage, 'photo.jpg', 'image/jpeg'),
    upload(stage, 'clip.mp4', 'video/mp4'),
    upload(stage, 'voice.ogg', 'audio/ogg'),
    upload(stage, 'invoice.pdf', 'application/pdf'),
  ])
  await ask('POST', '/api/templates/sync', {})
  const { templates } = await ask('GET', '/api/templates?status=APPROVED')
  const templateId = (templates as { id: string; name: string }[]).find(({ name }) => name === 'hello_world')!.id
  const nextWeek = new Date(Date.now() + 7 * 86_400_000).toISOString()
  const text = (marker: string) => ({ conversationId: chat.id, type: 'text', content: { text: marker } })
  const short = (fields: (marker: string) => object) => (marker: string) => ({
    conversationId: chat.id,
    ...fields(marker),
  })
  const everyone = { match: 'all', conditions: [] }
  const sends = (path: string, body: Keyed['body']): [string, Keyed] => [
    `POST ${path}`,
    { path: `/api${path}`, body, collection: 'messages' },
  ]
  const makes = (path: string, collection: Counted, body: Keyed['body'], more = {}): [string, Keyed] => [
    `POST ${path}`,
    { path: `/api${path.replace(':conversationId', chat.id)}`, body, collection, ...more },
  ]
  return new Map([
    makes('/contacts', 'contacts', (name) => ({ name })),
    makes('/leads', 'leads', (title) => ({ contactId: chat.contactId, title })),
    makes('/conversations/:conversationId/notes', 'threadEntries', (marker) => ({ text: marker })),
    makes('/scheduled-messages', 'scheduledMessages', (marker) => ({ message: text(marker), sendAt: nextWeek })),
    makes('/reminders', 'reminders', (note) => ({ conversationId: chat.id, note, dueAt: nextWeek })),
    makes('/segments', 'segments', (name) => ({ name, filter: everyone })),
    makes('/canned-replies', 'cannedReplies', (shortcut) => ({ shortcut, text: 'Hello' })),
    makes('/saved-views', 'savedViews', (name) => ({ name, filter: {} })),
    makes('/conversations/bulk', 'bulkActions', (tag) => ({ ids: [chat.id], change: { removeTags: [tag] } })),
    makes('/contacts/bulk', 'contactBulks', (tag) => ({ ids: [chat.contactId], change: { removeTags: [tag] } })),
    makes(
      '/automation/rules',
      'automationRules',
      (name) => ({ name, trigger: { kind: 'first_message' }, steps: [{ kind: 'note', text: name }] }),
      { atMost: 90 },
    ),
    [
      'POST /messages/:messageId/resend',
      { path: `/api/messages/${failed}/resend`, body: () => ({}), collection: 'messages' },
    ],
    sends('/messages', text),
    sends(
      '/messages/text',
      short((marker) => ({ text: marker })),
    ),
    sends(
      '/messages/image',
      short((caption) => ({ mediaId: photo, caption })),
    ),
    sends(
      '/messages/video',
      short((caption) => ({ mediaId: clip, caption })),
    ),
    sends(
      '/messages/audio',
      short(() => ({ mediaId: voice })),
    ),
    sends(
      '/messages/document',
      short((filename) => ({ mediaId: invoice, filename })),
    ),
    sends(
      '/messages/location',
      short((name) => ({ latitude: 1, longitude: 2, name })),
    ),
    sends(
      '/messages/template',
      short(() => ({ templateId })),
    ),
  ])
}

async function failOnce({ simulator, ask }: Stage, conversationId: string): Promise<string> {
  simulator.fault({ fault: { kind: 'error', code: 131026 } })
  const { id } = await ask('POST', '/api/messages', { conversationId, type: 'text', content: { text: 'fails' } })
  await waitUntil(async () => (await ask('GET', `/api/messages/${id}`)).status === 'failed')
  return id as string
}

async function upload({ houses, cookie }: Stage, name: string, type: string): Promise<string> {
  const form = new FormData()
  form.append('file', new Blob([await readFile(resolve(samples, name))], { type }), name)
  const headers = { cookie, 'sec-fetch-site': 'same-origin' }
  const response = await fetch(`${houses[0]!.url}/api/media`, { method: 'POST', headers, body: form })
  return ((await response.json()) as { data: { id: string } }).data.id
}
