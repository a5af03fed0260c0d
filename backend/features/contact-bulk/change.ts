import type { ContactBulkChange } from '../../contract/contact-bulk.ts'
import type { Contact, ContactBulkFacts } from '../../model/index.ts'

const mostTags = 50

export function factsOf({ id, tags, fields, blockedAt }: Contact, { setField }: ContactBulkChange): ContactBulkFacts {
  return { id, tags, value: (setField && fields[setField.name]) ?? null, blockedAt }
}

/** Undefined when the contact is already as it should be. */
export function changeFor(
  contact: Contact,
  { addTags = [], removeTags = [], setField, blocked }: ContactBulkChange,
  now: string,
): Partial<Contact> | undefined {
  const set: Partial<Contact> = {}
  const tags = [...new Set([...contact.tags, ...addTags])].filter((tag) => !removeTags.includes(tag)).slice(0, mostTags)
  if (tags.join('\n') !== contact.tags.join('\n')) set.tags = tags
  if (setField && (contact.fields[setField.name] ?? null) !== setField.value)
    set.fields = withField(contact.fields, setField.name, setField.value)
  if (blocked !== undefined && blocked !== (contact.blockedAt !== null)) set.blockedAt = blocked ? now : null
  return Object.keys(set).length > 0 ? set : undefined
}

/** What was changed and is still so, as it was before. What somebody changed since then is theirs and stays. */
export function changeBack(
  contact: Contact,
  before: ContactBulkFacts,
  after: ContactBulkFacts,
  { setField }: ContactBulkChange,
): Partial<Contact> | undefined {
  const set: Partial<Contact> = {}
  const added = after.tags.filter((tag) => !before.tags.includes(tag))
  const removed = before.tags.filter((tag) => !after.tags.includes(tag))
  const tags = [...new Set([...contact.tags.filter((tag) => !added.includes(tag)), ...removed])]
  if (tags.join('\n') !== contact.tags.join('\n')) set.tags = tags
  if (setField && before.value !== after.value && (contact.fields[setField.name] ?? null) === after.value)
    set.fields = withField(contact.fields, setField.name, before.value)
  if (before.blockedAt !== after.blockedAt && contact.blockedAt === after.blockedAt) set.blockedAt = before.blockedAt
  return Object.keys(set).length > 0 ? set : undefined
}

function withField(fields: Contact['fields'], name: string, value: Contact['fields'][string]): Contact['fields'] {
  const { [name]: _before, ...others } = fields
  return value === null ? others : { ...others, [name]: value }
}
