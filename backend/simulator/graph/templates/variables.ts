/** Names of the variables of a text, each once, in order of appearance: {{1}} → "1", {{first_name}} → "first_name". */
export function variablesIn(text: string): string[] {
  const names = [...text.matchAll(/\{\{\s*([^{}]+?)\s*\}\}/g)].map((match) => match[1] ?? '')
  const unique = [...new Set(names)]
  return unique.every((name) => /^\d+$/.test(name)) ? unique.toSorted((a, b) => Number(a) - Number(b)) : unique
}
