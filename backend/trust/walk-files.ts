import { givenSecrets, personal } from './canaries.ts'
import type { Furnished } from './furnish.ts'
import type { Call } from './walk.ts'

/** The routes that are not in the contract, because a file comes in or goes out. */
type FileRoute = { name: string; method: string; callsOf: (own: Furnished) => Call[] }

const { word, phone } = personal
const everywhere = { ...givenSecrets, ...personal, [word]: word }
const query = new URLSearchParams(everywhere).toString()

const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const table = `name,phone,email,city\n${word},+${phone},${word}@example.com,${word}\n${word},${word},${word},${word}\n`

type Sent = { content?: string | Buffer; type?: string; name?: string; as?: string; fields?: object }

function form({ content = word, type = 'text/plain', name = `${word}.txt`, as = 'file', fields = {} }: Sent): FormData {
  const sent = new FormData()
  for (const [field, value] of Object.entries(fields)) sent.append(field, String(value))
  sent.append(as, new Blob([content], { type }), name)
  return sent
}

const uploads: Sent[] = [
  {},
  { content: `Text of ${word}, ${phone}` },
  { content: Buffer.concat([picture, Buffer.from(word)]), type: 'image/png', name: `${word}.png` },
  { content: picture, type: 'image/png', name: `../${word}/${phone}.png`, fields: { type: 'image' } },
  { fields: { type: 'image' } },
  { fields: { type: word, voice: word } },
  { fields: everywhere },
  { as: word },
  { as: givenSecrets['token']! },
  { type: `text/${word}`, name: `${word}@example.com` },
]

const options = (given: unknown) => ({ options: JSON.stringify(given) })
const imports: Sent[] = [
  { content: table },
  { content: table, fields: options({ dryRun: true }) },
  { content: table, fields: options({ tags: [word], optInSource: word, existing: 'skip' }) },
  { content: `${word}\n"${word}`, fields: options({ dryRun: true }) },
  { content: picture },
  { content: table, fields: options(everywhere) },
  { content: table, fields: { options: `{"${word}` } },
  { content: table, fields: everywhere },
  { as: word },
]

/** A form that is sound, and the same path with everything else that can come there. */
function takes(path: string, forms: readonly Sent[]): (own: Furnished) => Call[] {
  const cut = `--x\r\ncontent-disposition: form-data; name="file"; filename="${word}"\r\n\r\n${word}`
  const wrong: Call[] = [
    { path: `${path}?${query}`, body: form({}) },
    { path, body: JSON.stringify(everywhere) },
    { path, body: cut, headers: { 'content-type': 'multipart/form-data; boundary=x' } },
    { path, body: cut, headers: { 'content-type': `multipart/form-data; ${word}` } },
    { path, body: form({}), headers: { 'sec-fetch-site': 'cross-site' } },
  ]
  return () => [...forms.map((sent) => ({ path, body: form(sent) })), ...wrong]
}

/** What is there, what is not, and filters of all kinds. */
function gives(pathOf: (id: string) => string, parameter?: string, filters: readonly object[] = [{}]) {
  return ({ ids }: Furnished): Call[] => {
    const known = pathOf(parameter ? ids[parameter]! : '')
    return [
      ...filters.map((filter) => ({ path: `${known}?${new URLSearchParams({ ...filter }).toString()}` })),
      { path: known },
      { path: `${known}?${query}` },
      ...[word, `${word}%`, `+${phone}`, givenSecrets['token']!].map((id) => ({ path: pathOf(id) })),
    ]
  }
}

export const fileRoutes: readonly FileRoute[] = [
  { name: 'POST /media', method: 'POST', callsOf: takes('/api/media', uploads) },
  { name: 'POST /contacts/import/csv', method: 'POST', callsOf: takes('/api/contacts/import/csv', imports) },
  {
    name: 'GET /media/:mediaId/file',
    method: 'GET',
    callsOf: gives((id) => `/api/media/${id}/file`, 'mediaId'),
  },
  {
    name: 'GET /contacts/imports/:importId/problems',
    method: 'GET',
    callsOf: gives((id) => `/api/contacts/imports/${id}/problems`, 'importId'),
  },
  {
    name: 'GET /contacts/export',
    method: 'GET',
    callsOf: gives(() => '/api/contacts/export', undefined, [{ search: word }, { tag: word }]),
  },
  {
    name: 'GET /messages/export',
    method: 'GET',
    callsOf: gives(() => '/api/messages/export', undefined, [{ search: word }, { direction: 'in' }]),
  },
  {
    name: 'GET /contacts/:contactId/export',
    method: 'GET',
    callsOf: gives((id) => `/api/contacts/${id}/export`, 'contactId'),
  },
]
