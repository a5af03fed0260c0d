import type { Message } from '#contract/messages.ts'
import type { ScheduledMessage } from '#contract/scheduled-messages.ts'
import { previewOf } from '../message/message-words.ts'

type Planned = Pick<ScheduledMessage, 'type' | 'content'>

/** One line for a message that waits; its content is as it was given, not as the customer will see it. */
export function plannedLine({ type, content }: Planned): string {
  if (type === 'template') return `Template ${String(content['name'] ?? '')}`.trim()
  if (type === 'document' && !content['caption']) return String(content['filename'] ?? 'Document')
  return previewOf({ type, content } as Pick<Message, 'type' | 'content'>)
}

export type PlannedField = { key: string; label: string; text: string; limit: number }

/** What can be written anew without beginning again. */
export function plannedFields({ type, content }: Planned): PlannedField[] {
  const field = (key: string, label: string, limit: number) => ({ key, label, limit, text: String(content[key] ?? '') })
  if (type === 'text') return [field('text', 'Text', 4096)]
  if (type === 'image' || type === 'video' || type === 'document') return [field('caption', 'Caption', 1024)]
  if (type === 'interactive') return [field('body', 'Text', 1024)]
  if (type === 'location') return [field('name', 'Name', 1000), field('address', 'Address', 1000)]
  if (type !== 'template') return []
  const variables = (content['variables'] ?? {}) as Record<string, Record<string, string> | undefined>
  const labels: Record<string, string> = { header: 'Heading', body: 'Variable', buttons: 'Button' }
  return Object.entries(variables).flatMap(([part, values]) =>
    Object.entries(values ?? {}).map(([name, text]) => ({
      key: `${part}.${name}`,
      label: `${labels[part] ?? part} ${name}`,
      text: String(text),
      limit: 1024,
    })),
  )
}

/** The content with the fields as they are written now; an empty one that may be left out is left out. */
export function withPlannedFields(
  { type, content }: Planned,
  fields: readonly PlannedField[],
): Record<string, unknown> {
  if (type !== 'template') {
    const written = fields.map(({ key, text }) => [key, text.trim()] as const)
    const kept = Object.fromEntries(Object.entries(content).filter(([key]) => !written.some(([name]) => name === key)))
    return { ...kept, ...Object.fromEntries(written.filter(([, text]) => text)) }
  }
  const variables: Record<string, Record<string, string>> = {}
  for (const { key, text } of fields) {
    const [part = '', name = ''] = key.split(/\.(.*)/s)
    variables[part] = { ...variables[part], [name]: text.trim() }
  }
  return { ...content, variables }
}
