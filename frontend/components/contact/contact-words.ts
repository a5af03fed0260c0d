import type { Contact } from '#contract/contacts.ts'

type OptInStatus = Contact['optIn']['status']

export const optIns: { value: OptInStatus; label: string; tone: 'success' | 'danger' | 'neutral' }[] = [
  { value: 'unknown', label: 'Not asked', tone: 'neutral' },
  { value: 'opted_in', label: 'Agreed', tone: 'success' },
  { value: 'opted_out', label: 'Declined', tone: 'danger' },
]

export const optInOf = (contact: Contact) => optIns.find(({ value }) => value === contact.optIn.status)!

export const plural = (count: number, one: string, many: string) =>
  `${count.toLocaleString()} ${count === 1 ? one : many}`
