import type { DeadLetterState, DeliveryState } from '#contract/webhooks.ts'

type Words = { label: string; tone: 'neutral' | 'success' | 'warning' | 'danger' | 'info'; sentence: string }

export const deliveryWords: Record<DeliveryState, Words> = {
  done: { label: 'Applied', tone: 'success', sentence: 'Everything in it was applied.' },
  waiting: { label: 'Waiting', tone: 'info', sentence: 'It is stored and will be applied in a moment.' },
  failed: { label: 'Partly failed', tone: 'danger', sentence: 'Some items could not be applied.' },
  unrouted: { label: 'Not for us', tone: 'warning', sentence: 'It names no number of this workspace.' },
  unreadable: { label: 'Unreadable', tone: 'warning', sentence: 'Parley could not read it.' },
}

export const letterWords: Record<DeadLetterState, Words> = {
  retrying: { label: 'Tried again', tone: 'info', sentence: 'It is tried again by itself.' },
  dead: { label: 'Given up', tone: 'danger', sentence: 'It waits for you.' },
  resolved: { label: 'Solved', tone: 'success', sentence: 'It was applied.' },
}

const kinds: Record<string, string> = {
  message: 'Message',
  status: 'Status',
  edit: 'Changed message',
  revoke: 'Deleted message',
  identity: 'New number',
  preference: 'Marketing choice',
  address: 'Address book',
  template: 'Template',
  channel: 'Number',
  notice: 'Notice',
}
export const kindWord = (kind: string) => kinds[kind] ?? kind
