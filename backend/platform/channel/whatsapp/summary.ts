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

/** One line for the webhook log: "2 messages, 1 status". A lone item of a rarer kind speaks for itself. */
export function summariseItems(items: readonly IncomingItem[]): string {
  const [only] = items
  if (!only) return 'Nothing that Parley knows'
  const counts = Map.groupBy(items, ({ kind }) => kind)
  const counted = [...counts].map(([kind, { length }]) => `${length} ${names[kind][length === 1 ? 0 : 1]}`).join(', ')
  return items.length === 1 ? sentence(describeItem(only) ?? counted) : counted
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
