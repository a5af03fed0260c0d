import type { IncomingItem, IncomingTemplateChange } from '../channel.ts'
import { sentence, words } from './fields/field.ts'

const names: { [Kind in IncomingItem['kind']]: readonly [one: string, many: string] } = {
  message: ['message', 'messages'],
  edit: ['edit', 'edits'],
  revoke: ['deletion', 'deletions'],
  status: ['status', 'statuses'],
  identity: ['number change', 'number changes'],
  preference: ['marketing choice', 'marketing choices'],
  address: ['address book entry', 'address book entries'],
  template: ['template change', 'template changes'],
  channel: ['account change', 'account changes'],
  notice: ['notice', 'notices'],
}

/** One line for the webhook log: "2 messages, 1 status". Rarer kinds speak for themselves, unless there are many. */
export function summariseItems(items: readonly IncomingItem[]): string {
  if (items.length === 0) return 'Nothing that Parley knows'
  const told = new Map(items.flatMap((item) => [[item, describeItem(item)] as const]).filter(([, text]) => text))
  const sentences = [...new Set(told.values())]
  const isShort = sentences.length <= 3
  const counted = Map.groupBy(isShort ? items.filter((item) => !told.has(item)) : items, ({ kind }) => kind)
  const counts = [...counted].map(([kind, { length }]) => `${length} ${names[kind][length === 1 ? 0 : 1]}`)
  return sentence([counts.join(', '), ...(isShort ? sentences : [])].filter(Boolean).join(' · '))
}

function describeItem(item: IncomingItem): string | undefined {
  switch (item.kind) {
    case 'channel':
    case 'notice':
      return item.summary
    case 'template':
      return `Template ${item.name ? `“${item.name}”` : item.providerTemplateId}: ${describeTemplate(item)}`
    case 'preference':
      return item.marketing === 'stop'
        ? 'A customer stopped marketing messages'
        : 'A customer wants marketing messages again'
    case 'identity':
      return 'A customer has a new number or id'
    case 'message':
      return item.groupId ? `In a group, which Parley does not show: ${words(item.type)}` : undefined
    default:
      return undefined
  }
}

function describeTemplate({ status, quality, category, pendingCategory, components }: IncomingTemplateChange): string {
  if (status) return words(status)
  if (quality) return `quality is ${words(quality)}`
  if (pendingCategory) return `Meta is going to make it ${words(pendingCategory)}`
  if (category) return `Meta made it ${words(category)}`
  return components ? 'its text changed' : 'it changed'
}
