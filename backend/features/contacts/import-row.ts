import * as z from 'zod'
import type { ColumnTarget } from '../../contract/contact-import.ts'
import type { OptIn } from '../../contract/contacts.ts'
import { readPhone } from './phone.ts'

/** What a row says about a person. What it does not say is absent. */
export type ImportedContact = {
  /** Digits, with country code. */
  phone: string
  name?: string
  email?: string
  language?: string
  tags: string[]
  fields: { [name: string]: string }
  optIn?: OptIn['status']
}

/** Why a row cannot be imported, in a sentence, and the text that is to blame. */
export class RowProblem extends Error {
  override name = 'RowProblem'
  readonly value: string | null
  constructor(message: string, value: string | null = null) {
    super(message)
    this.value = value
  }
}

const Email = z.email()
const longest = { name: 120, tag: 40, tags: 50, field: 2000 }

export function readRow(
  cells: readonly string[],
  columns: readonly ColumnTarget[],
  country: string | null,
): ImportedContact {
  const all = (target: ColumnTarget) => columns.flatMap((column, index) => (column === target && cells[index]) || [])
  const name = all('name')[0] ?? [...all('firstName'), ...all('lastName')].join(' ')
  const email = all('email').flatMap(splitValues)[0]
  if (email && (email.length > 254 || !Email.safeParse(email).success))
    throw new RowProblem('This is not an e-mail address.', email)
  const language = all('language')[0]
  const optIn = all('optIn')[0]
  return {
    phone: firstPhone(all('phone').flatMap(splitValues), country),
    ...(name ? { name: name.slice(0, longest.name).toWellFormed() } : {}),
    ...(email ? { email } : {}),
    ...(language ? { language: language.slice(0, 20) } : {}),
    ...(optIn ? { optIn: readOptIn(optIn) } : {}),
    tags: [...new Set(all('tags').flatMap(readTags))].slice(0, longest.tags),
    fields: readFields(cells, columns),
  }
}

/** Google writes several values into one cell. */
const splitValues = (cell: string) => cell.split(' ::: ').map((value) => value.trim())

function firstPhone(values: readonly string[], country: string | null): string {
  const [first] = values
  if (!first) throw new RowProblem('This row has no telephone number.')
  for (const value of values) {
    const phone = readOrNothing(value, country)
    if (phone) return phone
  }
  if (/^\d([.,]\d+)?e\+?\d+$/i.test(first))
    throw new RowProblem('A spreadsheet shortened this number. Format the column as text and export it again.', first)
  throw new RowProblem('This is not a telephone number.', first.slice(0, 60))
}

function readOrNothing(value: string, country: string | null): string | undefined {
  const text = value
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/^(tel|whatsapp):/i, '')
    .trim()
  if (!/\d{5}/.test(text.replace(/\D/g, ''))) return undefined
  try {
    return readPhone(text, country)
  } catch {
    return undefined
  }
}

/** A leading asterisk marks the groups that Google makes by itself. */
function readTags(cell: string): string[] {
  return cell
    .split(/ ::: |[,;|]/)
    .map((tag) => tag.trim().slice(0, longest.tag).toWellFormed())
    .filter((tag) => tag && !tag.startsWith('*'))
}

function readFields(cells: readonly string[], columns: readonly ColumnTarget[]): { [name: string]: string } {
  const fields: { [name: string]: string } = {}
  columns.forEach((column, index) => {
    const value = cells[index]
    if (column.startsWith('field:') && value && !fields[column.slice(6)])
      fields[column.slice(6)] = value.slice(0, longest.field).toWellFormed()
  })
  return fields
}

const yes = /^(1|x|y|yes|true|on|opted[_ -]?in|subscribed|sim|si|sí|ja|oui)$/i
const no = /^(0|n|no|false|off|opted[_ -]?out|unsubscribed|nao|não|nein|non)$/i

function readOptIn(cell: string): OptIn['status'] {
  return yes.test(cell) ? 'opted_in' : no.test(cell) ? 'opted_out' : 'unknown'
}
