import type { SegmentFilter } from '../../backend/contract/segments.ts'
import { findIds, type Ask, type Ids } from './ids.ts'

/** One thing that a page of the dashboard asks for; its paths are asked in turn. */
export type Question = { name: string; paths: string[]; body?: object }

/** Every list, search and overview of the dashboard, in the words in which it asks. */
export async function findQuestions(ask: Ask): Promise<Question[]> {
  const ids = await findIds(ask)
  return [
    ...conversations(ids),
    ...contacts(ids),
    ...(await segments(ask)),
    ...search,
    ...leads(ids),
    ...messages(ids),
    ...analytics,
    ...lists(ids),
  ]
}

const one = (name: string, ...paths: string[]): Question => ({ name, paths })
const words = (path: string) =>
  ['thanks', 'order tomorrow', 'zeppelin', 'inv', 'no', '#48213', 'xylograph', 'saxophone umbrella'].map((text) =>
    path.replace('WORDS', encodeURIComponent(text)),
  )
const people = (path: string) =>
  ['maria', 'maria silva', 'mar', 'ma', '10004321', 'Schäfer', 'nobody at all'].map((text) =>
    path.replace('WORDS', encodeURIComponent(text)),
  )

function conversations({ channels, users, chats, long, next }: Ids): Question[] {
  const list = '/conversations?limit=30'
  const boxes = { all: '', mine: '&assignedTo=me', unassigned: '&assignedTo=none', 'needs reply': '&needsReply=true' }
  const some = [...chats.slice(0, 20), ...long]
  return [
    ...Object.entries(boxes).map(([name, box]) =>
      one(`chats, ${name}`, ...['open', 'pending', 'closed'].map((status) => `${list}&status=${status}${box}`)),
    ),
    one(
      'chats, further pages',
      `${list}&status=open&cursor=${next.open}`,
      `${list}&status=closed&cursor=${next.closed}`,
    ),
    one('chats, counts', '/conversations/counts'),
    one('chats, snoozed', `${list}&snoozed=true`),
    one('chats, unread by me', `${list}&unreadByMe=true`, `${list}&status=open&unreadByMe=true`),
    one('chats, nobody opened', `${list}&unread=true`, `${list}&status=open&unread=true`),
    one('chats, a usual tag', `${list}&status=open&tag=tag-1`, `${list}&tag=tag-1`),
    one('chats, a rare tag', `${list}&status=open&tag=tag-40`, `${list}&tag=tag-40`, `${list}&tag=unknown`),
    one('chats, a number', ...channels.map((id) => `${list}&status=open&channelId=${id}`)),
    one('chats, a colleague', ...users.slice(0, 4).map((id) => `${list}&status=open&assignedTo=${id}`)),
    one('chats, search', ...people(`${list}&search=WORDS`)),
    one('chats, search in open', ...people(`${list}&status=open&search=WORDS`)),
    one('chats, numbered', `${list}&page=1`, `${list}&status=open&page=3`),
    one('chat', ...some.map((id) => `/conversations/${id}`)),
    one('thread', ...some.map((id) => `/conversations/${id}/messages?limit=50`)),
    one('thread, activity', ...some.map((id) => `/conversations/${id}/activity?limit=50`)),
    one('thread, notes', ...some.map((id) => `/conversations/${id}/notes`)),
    one('what changed', `/changes?since=${encodeURIComponent(new Date(Date.now() - 60_000).toISOString())}`),
  ]
}

function contacts({ contacts: known, next }: Ids): Question[] {
  const list = '/contacts?limit=100'
  return [
    one('contacts', list, `${list}&sort=created`, `${list}&sort=updated`, `${list}&cursor=${next.contacts}`),
    one('contacts, how many', '/contacts?page=1&limit=1'),
    one('contacts, search', ...people(`${list}&search=WORDS`)),
    one('contacts, how many by search', ...people('/contacts?page=1&limit=1&search=WORDS')),
    one('contacts, tag', `${list}&tag=tag-1`, `${list}&tag=tag-40`, `${list}&tag=unknown`),
    one('contacts, how many by tag', '/contacts?page=1&limit=1&tag=tag-1', '/contacts?page=1&limit=1&tag=tag-40'),
    one('contacts, blocked', `${list}&blocked=true`, '/contacts?page=1&limit=1&blocked=true'),
    one('contacts, consent', `${list}&optIn=opted_out`, '/contacts?page=1&limit=1&optIn=opted_out'),
    one('contact', ...known.map((id) => `/contacts/${id}`)),
    one('contacts, picker', ...people('/contacts?limit=6&sort=updated&search=WORDS')),
  ]
}

const filters: Record<string, SegmentFilter> = {
  'a tag': { match: 'all', conditions: [{ field: 'tag', op: 'has', value: 'tag-3' }] },
  'a tag and consent': {
    match: 'all',
    conditions: [
      { field: 'tag', op: 'has', value: 'tag-3' },
      { field: 'optIn', op: 'is', value: 'opted_in' },
    ],
  },
  'one of two tags': {
    match: 'any',
    conditions: [
      { field: 'tag', op: 'has', value: 'tag-3' },
      { field: 'tag', op: 'has', value: 'tag-9' },
    ],
  },
  'without a tag': { match: 'all', conditions: [{ field: 'tag', op: 'lacks', value: 'tag-1' }] },
  'a name': { match: 'all', conditions: [{ field: 'name', op: 'contains', value: 'maria' }] },
  'a custom field': { match: 'all', conditions: [{ field: 'custom', name: 'Points', op: 'more', value: '800' }] },
  'active lately': { match: 'all', conditions: [{ field: 'lastActivity', op: 'within', days: 30 }] },
  'silent for long': { match: 'all', conditions: [{ field: 'lastInbound', op: 'before', days: 90 }] },
  'an open lead': { match: 'all', conditions: [{ field: 'lead', op: 'is', value: 'open' }] },
}

/** Counted as one types, listed once they are kept. */
async function segments(ask: Ask): Promise<Question[]> {
  const questions = [one('segments', '/segments')]
  const { segments: known } = await ask<{ segments: { id: string; name: string }[] }>('/segments')
  for (const [name, filter] of Object.entries(filters)) {
    const made = known.find((segment) => segment.name === name)
    const { id } = made ?? (await ask<{ id: string }>('/segments', { name, filter }))
    questions.push({ name: `segment, count: ${name}`, paths: ['/segments/preview'], body: { filter } })
    questions.push(one(`segment, contacts: ${name}`, `/contacts?limit=100&segment=${id}`))
    questions.push(one(`segment, how many: ${name}`, `/contacts?page=1&limit=1&segment=${id}`))
  }
  return questions
}

const search: Question[] = [
  one('search, command bar', ...words('/search?limit=5&q=WORDS'), ...people('/search?limit=5&q=WORDS')),
  one('search, messages', ...words('/search?group=messages&limit=20&q=WORDS')),
  one('search, notes', ...words('/search?group=notes&limit=20&q=WORDS')),
  one('search, contacts', ...people('/search?group=contacts&limit=20&q=WORDS')),
]

function leads({ stages, users, leads: known }: Ids): Question[] {
  const list = '/leads?limit=50'
  return [
    one('board, sums', '/lead-stages'),
    one('board, a column', ...stages.map((id) => `${list}&stageId=${id}&sort=position`)),
    one('board, my column', ...stages.map((id) => `${list}&stageId=${id}&sort=position&ownerId=me`)),
    one('leads, sorted', ...['created', 'updated', 'value', 'next_step'].map((sort) => `${list}&sort=${sort}`)),
    one('leads, of one', `${list}&ownerId=me`, `${list}&ownerId=none`, `${list}&ownerId=${users[3]}&status=open`),
    one('leads, without a next step', `${list}&withoutNextStep=true`, `${list}&withoutNextStep=true&ownerId=me`),
    one('leads, won', `${list}&status=won`, `${list}&status=lost&sort=value`),
    one('leads, search', ...people(`${list}&search=WORDS`), ...words(`${list}&search=WORDS`)),
    one('lead', ...known.map((id) => `/leads/${id}`)),
  ]
}

function messages({ channels, users }: Ids): Question[] {
  const list = '/messages?limit=50'
  const days = (count: number) => new Date(Date.now() - count * 86_400_000).toISOString().slice(0, 10)
  return [
    one('message log', list, `${list}&direction=inbound`, `${list}&direction=outbound`),
    one('message log, status', ...['failed', 'read', 'queued', 'unknown'].map((status) => `${list}&status=${status}`)),
    one('message log, type', `${list}&type=text`, `${list}&type=image`),
    one('message log, number', ...channels.map((id) => `${list}&channelId=${id}`)),
    one('message log, author', ...users.slice(0, 5).map((id) => `${list}&userId=${id}`)),
    one('message log, days', `${list}&from=${days(60)}&to=${days(50)}`, `${list}&to=${days(300)}&status=failed`),
    one('message log, search', ...words(`${list}&search=WORDS`)),
    one('message log, search in days', ...words(`${list}&search=WORDS&from=${days(60)}&to=${days(30)}`)),
    one('message stats', '/messages/stats', `/messages/stats?from=${days(364)}`, `/messages/stats?userId=${users[2]}`),
  ]
}

const analytics: Question[] = ['overview', 'agents', 'channels', 'tags'].flatMap((page) =>
  [7, 30, 90, 365].map((days) => one(`analytics, ${page}, ${days} days`, `/analytics/${page}?days=${days}`)),
)

function lists({ channels, users, chats }: Ids): Question[] {
  return [
    one('who is signed in', '/auth/me'),
    one('notifications', '/notifications?limit=30', '/notifications?unread=true'),
    one('webhook log', '/webhooks/deliveries?limit=50', '/webhooks/deliveries?limit=50&state=failed'),
    one('webhook log, counts', '/webhooks/counts', '/webhooks/dead-letters?limit=50&state=dead'),
    one('audit log', '/audit?limit=50', '/audit?limit=50&action=contact.merged', `/audit?limit=50&actorId=${users[1]}`),
    one('automation runs', '/automation/runs?limit=30', '/automation/runs?limit=30&outcome=refused'),
    one('automation runs of a chat', ...chats.slice(0, 10).map((id) => `/automation/runs?conversationId=${id}`)),
    one('templates', '/templates?limit=50', '/templates?status=APPROVED&limit=100', '/templates?search=template_1'),
    one('saved answers', '/canned-replies'),
    one('saved views', '/saved-views'),
    one('reminders', '/reminders?state=waiting&limit=100', '/reminders?state=done&limit=100'),
    one('scheduled', '/scheduled-messages?state=waiting', `/scheduled-messages?conversationId=${chats[0]}`),
    one('team', '/team'),
    one('channels', '/channels', ...channels.flatMap((id) => [`/channels/${id}/status`, `/channels/${id}/usage`])),
    one('automation rules', '/automation/rules', '/settings/automation', '/settings/business-hours'),
    one('first steps', '/first-run'),
    one('sessions', '/sessions'),
    one('health reports', '/doctor/reports'),
  ]
}
