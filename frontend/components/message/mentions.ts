type Person = { id: string; name: string }

/** The longest name first, so that "@Ana Maria" is not taken for "@Ana". */
const byLength = (people: readonly Person[]) => people.toSorted((a, b) => b.name.length - a.name.length)

/** Who is named with an @ in what was written. */
export function mentionsIn(text: string, people: readonly Person[]): string[] {
  return [...new Set(split(text, people).flatMap(({ person }) => person?.id ?? []))]
}

/** A note as plain parts and mentions, for drawing. */
export function splitMentions(text: string, people: readonly Person[], mentioned: readonly string[]) {
  const named = people.filter(({ id }) => mentioned.includes(id))
  return split(text, named).map(({ text: part, person }) => ({ text: part, mention: person !== undefined }))
}

function split(text: string, people: readonly Person[]): { text: string; person?: Person }[] {
  const parts: { text: string; person?: Person }[] = []
  const sorted = byLength(people)
  let plain = ''
  for (let at = 0; at < text.length;) {
    const person = text[at] === '@' ? sorted.find(({ name }) => isNamedAt(text, at + 1, name)) : undefined
    if (!person) {
      plain += text[at]
      at += 1
      continue
    }
    if (plain) parts.push({ text: plain })
    plain = ''
    parts.push({ text: text.slice(at, at + 1 + person.name.length), person })
    at += 1 + person.name.length
  }
  return plain ? [...parts, { text: plain }] : parts
}

const isNamedAt = (text: string, at: number, name: string) =>
  text.slice(at, at + name.length).toLocaleLowerCase() === name.toLocaleLowerCase() &&
  !/[\p{L}\p{N}]/u.test(text[at + name.length] ?? '')
