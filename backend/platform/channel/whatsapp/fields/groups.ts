import type { IncomingItem } from '../../channel.ts'
import { lookUp, readList, readObject, readText, type Json } from '../json.ts'
import { happenedAt, notice, words, type Change } from './field.ts'
import { readValueErrors } from './value-errors.ts'

/** Group chats are kept in the log only. */
export function readGroups(change: Change): IncomingItem[] {
  return [
    ...readList(change.value['groups']).map((group) =>
      notice(change, group, summarise(group, change.field), { at: happenedAt(change, group['timestamp']) }),
    ),
    ...readValueErrors(change),
  ]
}

const events: { [type: string]: string } = {
  group_create: 'creation',
  group_delete: 'deletion',
  group_join_request_created: 'somebody asks to join',
  group_join_request_revoked: 'somebody no longer asks to join',
  group_settings_update: 'new settings',
  group_suspend: 'suspended by WhatsApp',
  group_suspend_cleared: 'no longer suspended',
}

function summarise(group: Json, field: string): string {
  const name = readText(group['subject']) ?? readText(readObject(group['group_subject'])['text'])
  const type = readText(group['type']) ?? field
  const what = membersOf(group, type) ?? lookUp(events, type) ?? words(type)
  return `Group${name ? ` “${name}”` : ''}: ${what}${failureOf(group)}`
}

/** Of the whole request, or of a part of it. */
function failureOf(group: Json): string {
  const parts = [group, ...['group_subject', 'group_description', 'profile_picture'].map((name) => group[name])]
  const [error] = [...parts, ...readList(group['failed_participants'])].flatMap((part) =>
    readList(readObject(part)['errors']),
  )
  if (!error) return ''
  const why = readText(error['message'] ?? error['title'])
  return why ? ` (it failed: ${why})` : ' (it failed)'
}

function membersOf(group: Json, type: string): string | undefined {
  const isAdding = type === 'group_participants_add'
  if (!isAdding && type !== 'group_participants_remove') return undefined
  const { length } = readList(group[isAdding ? 'added_participants' : 'removed_participants'])
  if (length === 0) return isAdding ? 'adding people' : 'taking people out'
  const who = length === 1 ? '1 person' : `${length} people`
  if (isAdding) return `${who} joined`
  return readText(group['initiated_by'])?.toLowerCase() === 'business' ? `${who} taken out` : `${who} left`
}
