import type { Condition, SegmentFilter } from '#contract/segments.ts'

/** A condition while it is written: every part is text, as the fields of a form are. */
/** Rules may ask for a segment as well. */
export type DraftField = Condition['field'] | 'segment'
export type DraftCondition = { field: DraftField; op: string; name: string; value: string }

type Kind = 'text' | 'custom' | 'tag' | 'choice' | 'yesNo' | 'days'
type Option = { value: string; label: string }
type FieldWords = {
  label: string
  kind: Kind
  ops: Option[]
  values?: Option[]
  from?: 'channels' | 'stages' | 'people' | 'segments'
}

const textOps = [
  { value: 'contains', label: 'contains' },
  { value: 'starts', label: 'starts with' },
  { value: 'is', label: 'is' },
  { value: 'not', label: 'is not' },
  { value: 'empty', label: 'is empty' },
  { value: 'present', label: 'is filled in' },
]
const customOps = [
  ...textOps.filter(({ value }) => value !== 'starts'),
  { value: 'more', label: 'is more than' },
  { value: 'less', label: 'is less than' },
]
const isOrNot = [
  { value: 'is', label: 'is' },
  { value: 'not', label: 'is not' },
]
const is = [{ value: 'is', label: 'is' }]
const timeOps = [
  { value: 'within', label: 'in the last … days' },
  { value: 'before', label: 'longer ago than … days' },
]

/** Every field, what can be asked of it, and with which words. People who answer chats need not know any other. */
export const fields: { [Field in DraftField]: FieldWords } = {
  segment: { label: 'In the segment', kind: 'choice', ops: isOrNot, from: 'segments' },
  name: { label: 'Name', kind: 'text', ops: textOps },
  phone: { label: 'Number', kind: 'text', ops: textOps },
  email: { label: 'E-mail', kind: 'text', ops: textOps },
  username: { label: 'Username', kind: 'text', ops: textOps },
  language: { label: 'Language', kind: 'text', ops: textOps },
  custom: { label: 'Your own field', kind: 'custom', ops: customOps },
  tag: {
    label: 'Tag',
    kind: 'tag',
    ops: [
      { value: 'has', label: 'is there' },
      { value: 'lacks', label: 'is missing' },
    ],
  },
  optIn: {
    label: 'Consent',
    kind: 'choice',
    ops: isOrNot,
    values: [
      { value: 'opted_in', label: 'Agreed' },
      { value: 'opted_out', label: 'Declined' },
      { value: 'unknown', label: 'Not asked' },
    ],
  },
  stage: { label: 'Stage of a lead', kind: 'choice', ops: isOrNot, from: 'stages' },
  lead: {
    label: 'A lead',
    kind: 'choice',
    ops: isOrNot,
    values: ['open', 'won', 'lost'].map((value) => ({ value, label: value })),
  },
  channel: { label: 'Has a chat on', kind: 'choice', ops: isOrNot, from: 'channels' },
  conversation: {
    label: 'A chat',
    kind: 'choice',
    ops: isOrNot,
    values: ['open', 'pending', 'closed'].map((value) => ({ value, label: value })),
  },
  assignee: { label: 'A chat is assigned to', kind: 'choice', ops: isOrNot, from: 'people' },
  lastActivity: { label: 'Last message', kind: 'days', ops: timeOps },
  lastInbound: { label: 'Last wrote to us', kind: 'days', ops: timeOps },
  created: { label: 'Added', kind: 'days', ops: timeOps },
  window: { label: '24-hour window is open', kind: 'yesNo', ops: is },
  blocked: { label: 'Blocked', kind: 'yesNo', ops: is },
  marketingStopped: { label: 'Stopped marketing', kind: 'yesNo', ops: is },
}

export const wordsOf = (field: DraftField): FieldWords => fields[field]

export const newCondition = (): DraftCondition => ({ field: 'tag', op: 'has', name: '', value: '' })

type Asked = Condition | { field: 'segment'; op: string; value: string }

export function draftOf(condition: Asked): DraftCondition {
  const { field, op } = condition
  const name = 'name' in condition ? condition.name : ''
  if ('days' in condition) return { field, op, name, value: String(condition.days) }
  return { field, op, name, value: 'value' in condition ? String(condition.value) : '' }
}

/** Not checked: what is not filled in yet does not fit the contract. */
export function filterOf(match: SegmentFilter['match'], drafts: readonly DraftCondition[]): unknown {
  return { match, conditions: drafts.map(conditionOf) }
}

function conditionOf({ field, op, name, value }: DraftCondition): object {
  const base = { field, op, ...(field === 'custom' && { name }) }
  const { kind } = wordsOf(field)
  if (op === 'empty' || op === 'present') return base
  if (kind === 'days') return { ...base, days: Number(value) }
  return { ...base, value: kind === 'yesNo' ? value === 'true' : value }
}
