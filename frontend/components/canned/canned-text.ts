export type CannedFacts = {
  contact: { name: string; phone: string | null }
  agent: { name: string }
  business: { name: string }
}

const firstOf = (name: string) => name.trim().split(/\s+/)[0] ?? ''

// A map, since people write any word between the braces, `constructor` too.
const values = new Map<string, (facts: CannedFacts) => string>([
  ['contact.name', ({ contact }) => contact.name],
  ['contact.first_name', ({ contact }) => firstOf(contact.name)],
  ['contact.phone', ({ contact }) => contact.phone ?? ''],
  ['agent.name', ({ agent }) => agent.name],
  ['agent.first_name', ({ agent }) => firstOf(agent.name)],
  ['business.name', ({ business }) => business.name],
])

/** In the order they are offered, with what a person would call them. */
export const variables: { name: string; label: string }[] = [
  { name: 'contact.name', label: 'Name of the customer' },
  { name: 'contact.first_name', label: 'First name of the customer' },
  { name: 'contact.phone', label: 'Number of the customer' },
  { name: 'agent.name', label: 'Your name' },
  { name: 'agent.first_name', label: 'Your first name' },
  { name: 'business.name', label: 'Name of the business' },
]

export const placeholderOf = (name: string) => `{{${name}}}`

/** Fills in what is known. A variable nobody knows stays as it is, so that it is seen before it is sent. */
export function fillCanned(text: string, facts: CannedFacts): string {
  return text.replaceAll(/\{\{\s*([a-z_.]+)\s*\}\}/g, (whole, name: string) => values.get(name)?.(facts) ?? whole)
}

type Findable = { shortcut: string; text: string }

/** Shortcuts that begin with what was typed first, then those that contain it, then texts. */
export function findCanned<Reply extends Findable>(replies: readonly Reply[], typed: string): Reply[] {
  const wanted = typed.toLocaleLowerCase()
  const rank = ({ shortcut, text }: Reply) => {
    if (shortcut.startsWith(wanted)) return 0
    if (shortcut.includes(wanted)) return 1
    return wanted.length > 1 && text.toLocaleLowerCase().includes(wanted) ? 2 : 3
  }
  return replies
    .map((reply) => ({ reply, rank: rank(reply) }))
    .filter((found) => found.rank < 3)
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ reply }) => reply)
}
