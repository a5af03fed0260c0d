import type { Contact } from '../../model/index.ts'

/** What people may write into texts of automations; an unknown word stays as it is. */
export function fillWords(text: string, contact: Pick<Contact, 'displayName' | 'phone' | 'fields'>): string {
  const words: Record<string, string> = {
    name: contact.displayName,
    first_name: contact.displayName.split(/\s+/)[0] ?? '',
    phone: contact.phone ?? '',
  }
  return text.replaceAll(/\{\{\s*([\w.]{1,60})\s*\}\}/g, (whole, word: string) => {
    const field = contact.fields[word.replace(/^fields?\./, '')]
    return words[word] ?? (field === undefined || field === null ? whole : String(field))
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
