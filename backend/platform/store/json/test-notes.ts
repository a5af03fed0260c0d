import type { CollectionSpec, Document } from '../port.ts'

/** Notes have a thread and a time like messages, and a key like a webhook. */
export const notes: CollectionSpec = {
  name: 'notes',
  columns: [
    { name: 'id', sqlName: 'id', type: 'text', required: true },
    { name: 'thread', sqlName: 'thread', type: 'text', required: true },
    { name: 'at', sqlName: 'at', type: 'instant', required: false },
    { name: 'key', sqlName: 'key', type: 'text', required: false },
    { name: 'count', sqlName: 'count', type: 'integer', required: false },
    { name: 'text', sqlName: 'text', type: 'text', required: false },
    { name: 'details', sqlName: 'details', type: 'json', required: false },
  ],
  unique: [['thread', 'key']],
  indexes: [['thread', 'at'], ['at']],
  references: [],
  searchable: false,
}

export function newNote(number: number, fields: Partial<Document> = {}): Document {
  const id = `not_${String(number).padStart(8, '0')}`
  const at = new Date(Date.UTC(2026, 0, 1) + number * 1000).toISOString()
  return {
    id,
    thread: `t${number % 7}`,
    at,
    key: null,
    count: number,
    text: `note ${number}`,
    details: null,
    ...fields,
  }
}
