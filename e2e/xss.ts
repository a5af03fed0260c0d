import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { messageBodies } from '../backend/features/inbound/test/message-bodies.ts'

/** Harmless where it is text. Where it becomes markup there is an element with the attribute `planted`, whatever the policy stops. */
const payloads = [
  '<b planted onclick=alert(1)>planted</b>',
  '<script planted>alert(2)</script>',
  '<img planted src=x onerror=alert(3)>',
  '"><svg planted onload=alert(4)>',
  `'><i planted onfocus=alert(5) tabindex=0>`,
  '</textarea><b planted>planted</b>',
  '</title></style></script><b planted>x</b>',
  '<iframe planted srcdoc="<script>parent.alert(8)</script>"></iframe>',
  '<a planted href="javascript:alert(9)">x</a>',
  'javascript:alert("planted")//https://a.example',
  'https://a.example/"onmouseover="alert(11)"planted="',
  '*<b planted>bold</b>* _planted_ `<i planted>` ~<u planted>~',
  `{{constructor.constructor("alert('planted')")()}}`,
  '${alert("planted")}<!--<b planted>-->',
  '<math planted><mtext></table><mglyph><style><img planted src onerror=alert(15)>',
  '<form planted id=__proto__><input name=innerHTML planted></form>',
  '\u202e<b planted>\u0007planted\u2028',
]
let turn = 0
/** The next payload that fits. */
function payload(most = 120): string {
  const fitting = payloads.filter(({ length }) => length <= most)
  return fitting[turn++ % fitting.length]!
}

type Json = { [name: string]: unknown }
/** The members of a message that hold what somebody wrote; ids, types, numbers and instants stay what they are. */
const written =
  /^(body|caption|filename|name|\w+_name|title|description|text|address|url|\w*_url|headline|emoji|username|company|department|city|street|email|payload|vcard|response_json|code|reason|message|details)$/

function plant(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plant)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value)
  return Object.fromEntries(
    members.map(([name, member]) => [
      name,
      written.test(name) && typeof member === 'string' ? payload() : plant(member),
    ]),
  )
}

/** Every message that customers have been seen to send, with payloads for words, from three people. */
export function plantedWebhooks(): object[] {
  const timestamp = String(Math.floor(Date.now() / 1000))
  const metadata = { display_phone_number: '15550001111', phone_number_id: '100000000000001' }
  return messageBodies.map(({ message }, index) => {
    const from = `55119876500${10 + (index % 3)}`
    const value = {
      messaging_product: 'whatsapp',
      metadata,
      contacts: [{ profile: { name: payloads[index % 3] }, wa_id: from }],
      messages: [{ ...(plant(message) as Json), id: `wamid.planted${index}`, from, timestamp }],
    }
    return { object: 'whatsapp_business_account', entry: [{ id: '2', changes: [{ field: 'messages', value }] }] }
  })
}

type Call = (method: string, path: string, body?: object) => Promise<Json>

export function callFrom(page: Page): Call {
  return (method, path, body) =>
    page.evaluate(
      async ({ method, path, body }) => {
        const headers = { 'content-type': 'application/json' }
        const response = await fetch(`/api${path}`, {
          method,
          ...(body ? { headers, body: JSON.stringify(body) } : {}),
        })
        const answer = (await response.json()) as { data: { [name: string]: unknown } }
        if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`)
        return answer.data
      },
      { method, path, body },
    )
}

/** Payloads in every text that the team can write. Answers the addresses of what came about. */
export async function plantTexts(page: Page): Promise<string[]> {
  const call = callFrom(page)
  const listed = async (path: string, name: string) => (await call('GET', path))[name] as (Json & { id: string })[]
  const conversations = await listed('/conversations', 'conversations')
  const channels = await listed('/channels', 'channels')
  const stages = await listed('/lead-stages', 'stages')
  const tags = [payload(40), payload(40)]
  const fields = { [payload(60)]: payload() }
  const contact = await call('POST', '/contacts', { name: payload(), tags, fields, language: '<b planted>' })
  const dueAt = new Date(Date.now() + 86_400_000).toISOString()
  await call('PATCH', '/profile', { name: payload() })
  const renamed = stages.map(({ id, kind }) => ({ id, kind, name: payload() }))
  await call('PUT', '/lead-stages', { stages: renamed })
  for (const { id } of channels) await call('PATCH', `/channels/${id}`, { name: payload() })
  for (const { id: conversationId } of conversations) {
    await call('PATCH', `/conversations/${conversationId}`, { tags })
    await call('POST', `/conversations/${conversationId}/notes`, { text: payload() })
    await call('POST', '/reminders', { conversationId, note: payload(), dueAt })
    const text = { conversationId, type: 'text', content: { text: payload() } }
    await call('POST', '/scheduled-messages', { message: text, sendAt: dueAt })
    await call('POST', '/messages', text)
  }
  const [chat] = conversations
  const named = { mediaId: await uploadSvg(page), filename: payload(), caption: payload() }
  await call('POST', '/messages', { conversationId: chat!.id, type: 'document', content: named })
  const lead = await call('POST', '/leads', { contactId: contact['id'], title: payload(), nextStep: payload() })
  const lost = renamed.find(({ kind }) => kind === 'lost')!
  await call('PATCH', `/leads/${lead['id'] as string}`, { stageId: lost.id, closedReason: payload() })
  await call('POST', '/canned-replies', { shortcut: 'planted', text: payload() })
  await call('POST', '/saved-views', { name: payload(), filter: {}, shared: true })
  const conditions = [{ field: 'name', op: 'contains', value: payload() }]
  await call('POST', '/segments', { name: payload(), filter: { match: 'all', conditions } })
  const practice = channels.find(({ kind }) => kind === 'practice')!
  const body = { type: 'BODY', text: `${payload()} {{1}}`, example: { body_text: [[payload()]] } }
  const footer = { type: 'FOOTER', text: payload(60) }
  const draft = { channelId: practice.id, name: 'planted', language: 'en', category: 'UTILITY' }
  const template = await call('POST', '/templates', { ...draft, components: [body, footer] })
  const trigger = { kind: 'keyword', match: 'exact', words: [payload()] }
  const steps = [{ kind: 'text', text: payload() }]
  await call('POST', '/automation/rules', { name: payload(), trigger, steps })
  await call('POST', '/team/invitations', { email: 'planted@example.com', role: 'agent' })
  return [
    ...conversations.map(({ id }) => `/inbox/${id}`),
    `/contacts/${contact['id'] as string}`,
    `/leads/${lead['id'] as string}`,
    `/templates/${template['id'] as string}`,
    ...channels.map(({ id }) => `/settings/channels/${id}`),
  ]
}

/** A file whose name and content want to run. */
async function uploadSvg(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const form = new FormData()
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert("planted")</script></svg>'
    form.append('file', new Blob([svg], { type: 'image/svg+xml' }), '<img planted src=x onerror=alert(1)>.svg')
    const response = await fetch('/api/media', { method: 'POST', body: form })
    return ((await response.json()) as { data: { id: string } }).data.id
  })
}

/** Every page without a parameter, as the router names them, so that tomorrow's are visited too. */
const router = readFileSync(new URL('../frontend/router.ts', import.meta.url), 'utf8')
const pages = [...router.matchAll(/path: '([\w/-]+?)(?:\/:\w+\?)?'/g)].map(([, path]) =>
  path!.startsWith('/') ? path! : `/settings/${path}`,
)
const strangeAddresses = [
  '/search?q=planted',
  '/search?q=%3Cb%20planted%3E',
  '/nowhere/%3Cb%20planted%3E',
  '/join#%3Cb%20planted%3E',
  '/sign-in?next=javascript:alert(1)',
]

/** Opens each page, looks at all of it, and fails when anything written became markup or a link that runs. */
export async function visitAll(page: Page, addresses: readonly string[]): Promise<void> {
  let seen = 0
  for (const address of [...pages, ...strangeAddresses, ...addresses]) {
    await page.goto(new URL(address, page.url()).href)
    await page.locator('main').first().waitFor()
    await page.waitForLoadState('networkidle')
    if (await inspect(page, address)) seen++
    // The thread keeps only what is near the eye.
    if (/inbox\/./.test(address)) await scrollUp(page, () => inspect(page, address))
  }
  // Otherwise the pages were empty and nothing was tested.
  if (seen < addresses.length) throw new Error(`payloads were seen on ${seen} pages only`)
}

async function scrollUp(page: Page, look: () => Promise<boolean>): Promise<void> {
  for (let screen = 0; screen < 60; screen++) {
    const isTop = await page.evaluate<boolean>(
      `(() => { const thread = document.querySelector('[aria-label=Messages]'); thread.scrollTop -= 600; return thread.scrollTop === 0 })()`,
    )
    await look()
    if (isTop) return
  }
}

/** Whether payloads are to be seen, as what they are. Runs in the page, as text, which knows its own types. */
const look = `(() => {
  const texts = [...document.querySelectorAll('input, textarea')].map(({ value }) => value)
  const alive = [...document.querySelectorAll('[planted], [onerror], [onload], [onclick], [onfocus], iframe, object, embed')]
  const targets = [...document.querySelectorAll('[href], [src], [action]')]
    .flatMap((element) => ['href', 'src', 'action'].map((name) => element.getAttribute(name) ?? ''))
  return {
    found: [
      ...alive.map(({ outerHTML }) => outerHTML.slice(0, 200)),
      ...targets.filter((target) => /^\\s*(javascript|vbscript|data:text)/i.test(target)),
    ],
    isSeen: /planted|alert\\(/.test(document.body.innerText + texts.join(' ')),
  }
})()`

async function inspect(page: Page, address: string): Promise<boolean> {
  const { found, isSeen } = await page.evaluate<{ found: string[]; isSeen: boolean }>(look)
  if (found.length > 0) throw new Error(`What was written came alive on ${address}:\n${found.join('\n')}`)
  return isSeen
}
