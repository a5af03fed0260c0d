import { Readable, pipeline } from 'node:stream'
import type { ContactFilter } from '../../contract/contacts.ts'
import type { Context } from '../../feature.ts'
import type { Contact } from '../../model/index.ts'
import { openTable } from '../../platform/table.ts'
import { recordDeed } from '../audit/record.ts'
import { eachContactMatching } from './find-contacts.ts'

const fixed: { [header: string]: (contact: Contact) => string | null } = {
  name: ({ name, profileName }) => name ?? profileName,
  phone: ({ phone }) => phone,
  email: ({ email }) => email,
  username: ({ username }) => username,
  language: ({ language }) => language,
  tags: ({ tags }) => tags.join(', '),
  opt_in: ({ optIn }) => optIn.status,
  opt_in_at: ({ optIn }) => optIn.at,
  opt_in_source: ({ optIn }) => optIn.source,
  blocked: ({ blockedAt }) => (blockedAt ? 'yes' : 'no'),
  created_at: ({ createdAt }) => createdAt,
}

/**
 * A table for spreadsheets, written while it is sent. Cells that a spreadsheet would take for a formula, numbers with a
 * plus among them, get an apostrophe in front; our import takes it off again.
 */
export async function exportContacts(context: Context, filter: ContactFilter): Promise<Readable> {
  await recordDeed(context, { action: 'contacts.exported' })
  const names = await fieldNames(context, filter)
  const table = openTable()
  table.write([...Object.keys(fixed), ...names])
  pipeline(Readable.from(rows(context, filter, names)), table, () => {})
  return table
}

async function* rows(context: Context, filter: ContactFilter, names: readonly string[]): AsyncGenerator<string[]> {
  for await (const page of eachContactMatching(context, filter))
    for (const contact of page)
      yield [
        ...Object.values(fixed).map((read) => read(contact) ?? ''),
        ...names.map((name) => String(contact.fields[name] ?? '')),
      ]
}

/** The head of the table comes first, so everybody is read twice. */
async function fieldNames(context: Context, filter: ContactFilter): Promise<string[]> {
  const names = new Set<string>()
  for await (const page of eachContactMatching(context, filter))
    for (const { fields } of page) for (const name of Object.keys(fields)) names.add(name)
  return [...names].toSorted()
}
