/** The names between double braces, each once; numbers in their order. */
export function variablesIn(text: string): string[] {
  const names = [...new Set([...text.matchAll(/\{\{\s*([^{}]*?)\s*\}\}/g)].map(([, name]) => name!))]
  return names.every(isNumber) ? names.toSorted((a, b) => Number(a) - Number(b)) : names
}

export const isNumber = (name: string) => /^\d+$/.test(name)

/** The number that the next variable gets, or a name when the others have names. */
export function nextVariable(text: string): string {
  const names = variablesIn(text)
  if (names.length > 0 && !names.every(isNumber)) return `value_${names.length + 1}`
  return String(names.length + 1)
}

type Part = 'header' | 'body'

/** The `example` that Meta wants beside a text with variables. */
export function exampleOf(part: Part, text: string, values: Record<string, string>, isNamed: boolean) {
  const names = variablesIn(text)
  if (names.length === 0) return {}
  const listed = names.map((name) => values[name] ?? '')
  if (isNamed)
    return {
      example: {
        [`${part}_text_named_params`]: names.map((name, index) => ({ param_name: name, example: listed[index] })),
      },
    }
  return { example: { [`${part}_text`]: part === 'body' ? [listed] : listed } }
}

type Stored = { text?: string; example?: Record<string, unknown> }

export function examplesOf(part: Stored | undefined, name: Part): Record<string, string> {
  const named = part?.example?.[`${name}_text_named_params`]
  if (Array.isArray(named))
    return Object.fromEntries(
      (named as { param_name?: string; example?: string }[]).map((row) => [row.param_name ?? '', row.example ?? '']),
    )
  const listed = part?.example?.[`${name}_text`]
  const values = Array.isArray(listed)
    ? Array.isArray(listed[0])
      ? (listed[0] as unknown[])
      : (listed as unknown[])
    : []
  return Object.fromEntries(
    variablesIn(part?.text ?? '').map((variable, index) => [variable, String(values[index] ?? '')]),
  )
}

export function handleOf(part: Stored | undefined): string {
  const handles = part?.example?.['header_handle']
  return Array.isArray(handles) ? String(handles[0] ?? '') : ''
}
