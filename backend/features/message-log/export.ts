import { Readable, pipeline } from 'node:stream'
import type { MessageFilter } from '../../contract/messages.ts'
import type { Context } from '../../feature.ts'
import type { Message } from '../../model/index.ts'
import { previewOf } from '../../platform/channel/channel.ts'
import { openTable } from '../../platform/table.ts'
import { recordDeed } from '../audit/record.ts'
import { testsOf } from './filter.ts'

const pageSize = 500
const head = ['sent_at', 'direction', 'status', 'type', 'text', 'name', 'phone', 'channel', 'author', 'source']
const tail = ['category', 'billable', 'error', 'conversation_id', 'message_id', 'whatsapp_id']

/** How many rows it has is told beforehand where counting is quick, so that a download can show how far it is. */
export async function exportMessages(
  context: Context,
  filter: MessageFilter,
): Promise<{ table: Readable; rows: number | undefined }> {
  await recordDeed(context, { action: 'messages.exported' })
  const rows = filter.search ? undefined : await context.store.messages.count(await testsOf(context, filter))
  const table = openTable()
  table.write([...head, ...tail])
  pipeline(Readable.from(eachRow(context, filter)), table, () => {})
  return { table, rows }
}

/** One page at a time, read when the one before is on its way. */
async function* eachRow(context: Context, filter: MessageFilter): AsyncGenerator<string[]> {
  const { store } = context
  const where = await testsOf(context, filter)
  const channels = new Map((await store.channels.find({ limit: 1000 })).map(({ id, name }) => [id, name]))
  const users = new Map((await store.users.find({ limit: 1000 })).map(({ id, name }) => [id, name]))
  let after: { value: string; id: string } | undefined
  for (;;) {
    const page = await store.messages.find({
      where,
      sort: ['sentAt', 'desc'],
      limit: pageSize,
      ...(filter.search ? { search: filter.search } : {}),
      ...(after ? { after } : {}),
    })
    const contacts = await store.contacts.getMany([...new Set(page.map(({ contactId }) => contactId))])
    const people = new Map(contacts.map((contact) => [contact.id, contact]))
    for (const message of page) {
      const person = people.get(message.contactId)
      const names = [
        person?.displayName,
        person?.phone,
        channels.get(message.channelId),
        users.get(message.userId ?? ''),
      ]
      yield rowOf(message, names)
    }
    if (page.length < pageSize) return
    after = { value: page.at(-1)!.sentAt, id: page.at(-1)!.id }
  }
}

function rowOf(message: Message, names: readonly (string | null | undefined)[]): string[] {
  const { sentAt, direction, status, type, content, source, pricing, error } = message
  const said = 'text' in content && typeof content.text === 'string' ? content.text : previewOf(type, content)
  const wrote = [sentAt, direction, status, type, said, ...names, source]
  const charged = pricing?.billable === undefined ? null : String(pricing.billable)
  const marks = [pricing?.category, charged, error?.message, message.conversationId, message.id]
  return [...wrote, ...marks, message.providerMessageId].map((cell) => cell ?? '')
}
