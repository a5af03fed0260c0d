import type { Contact } from '../../model/index.ts'

/** What people may write into texts of automations; an unknown word stays as it is. */
export function fillWords(text: string, contact: Pick<Contact, 'displayName' | 'phone' | 'fields'>): string {
  // Only what is there: every object has a `constructor`, and a customer is not to read its source.
  const words = new Map<string, unknown>([
    ['name', contact.displayName],
    ['first_name', contact.displayName.split(/\s+/)[0] ?? ''],
    ['phone', contact.phone ?? ''],
  ])
  const fields = new Map(Object.entries(contact.fields))
  return text.replaceAll(/\{\{\s*([\w.]{1,60})\s*\}\}/g, (whole, word: string) => {
    const found = words.get(word) ?? fields.get(word.replace(/^fields?\./, ''))
    return found === undefined || found === null ? whole : String(found)
  })
}

type Variables = { [part: string]: { [name: string]: string } | undefined }

/** The same in every variable of a template. */
export function fillVariables<V extends Variables>(variables: V, contact: Contact): V {
  const filled = Object.entries(variables).map(([part, values]) => [
    part,
    values && Object.fromEntries(Object.entries(values).map(([name, value]) => [name, fillWords(value, contact)])),
  ])
  return Object.fromEntries(filled) as V
}
