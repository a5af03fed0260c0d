import type { IncomingItem } from '../../channel.ts'
import { readInstant, readList, readText } from '../json.ts'
import { notice, words, type Change } from './field.ts'

/** Group chats are kept in the log only. */
export function readGroups(change: Change): IncomingItem[] {
  return readList(change.value['groups']).map((group) => {
    const name = readText(group['subject'])
    const failed = readList(group['errors']).length > 0 ? ' (it failed)' : ''
    const summary = `Group${name ? ` “${name}”` : ''}: ${words(readText(group['type']) ?? change.field)}${failed}`
    return notice(change, group, summary, { at: readInstant(group['timestamp']) ?? change.at })
  })
}
