import type { TemplateProblem } from '../../../../contract/templates.ts'
import { readList, readObject, readText } from '../json.ts'
import { variablesIn } from './variables.ts'

type Text = {
  text: string
  path: string
  part: 'header' | 'body'
  format: 'positional' | 'named' | undefined
  example: unknown
}

/** Names, order, place and examples of the variables of one text. */
export function checkVariables(text: Text): TemplateProblem[] {
  const names = variablesIn(text.text)
  const at = `${text.path}.text`
  if (hasLooseBraces(text.text))
    return [{ path: at, message: 'A variable is written {{1}} or {{name}}, with two braces on each side.' }]
  if (names.length === 0) return []
  const sentences = [
    ...checkNames(names, text.format),
    ...(text.part === 'body' ? checkPlaces(text.text, names.length) : []),
  ]
  return [...sentences.map((message) => ({ path: at, message })), ...checkExamples(text, names)]
}

function hasLooseBraces(text: string): boolean {
  return /\{\{|\}\}/.test(text.replaceAll(/\{\{[^{}]+\}\}/g, ''))
}

function checkNames(names: readonly string[], format: Text['format']): string[] {
  if (format === 'named') {
    const wrong = names.find((name) => !/^[a-z][a-z0-9_]*$/.test(name))
    return wrong === undefined
      ? []
      : [`{{${wrong}}} is not a name. Use small letters, digits and _, beginning with a letter.`]
  }
  const counted = names.every((name, index) => name === String(index + 1))
  return counted ? [] : ['Number the variables without a gap: {{1}}, {{2}}, {{3}} …']
}

function checkPlaces(text: string, count: number): string[] {
  const trimmed = text.trim()
  const others = trimmed.replaceAll(/\{\{[^{}]*\}\}/g, ' ').match(/[\p{L}\p{N}]+/gu) ?? []
  return [
    ...(trimmed.startsWith('{{') ? ['The text cannot begin with a variable. Put a word before it.'] : []),
    ...(trimmed.endsWith('}}') ? ['The text cannot end with a variable. Put a word after it.'] : []),
    ...(/\}\}\s*\{\{/.test(trimmed) ? ['Two variables cannot stand side by side. Put a word between them.'] : []),
    ...(others.length < count ? ['There are too many variables for so short a text. Write more around them.'] : []),
  ]
}

function checkExamples({ path, part, format, example }: Text, names: readonly string[]): TemplateProblem[] {
  const given = format === 'named' ? namedExamples(example, part) : positionalExamples(example, part, names)
  const missing = names.filter((name) => !given.get(name)?.trim())
  if (missing.length === 0) return []
  const list = missing.map((name) => `{{${name}}}`).join(', ')
  return [{ path: `${path}.example`, message: `Give an example for ${list}, so that Meta can look at the text.` }]
}

function namedExamples(example: unknown, part: Text['part']): Map<string, string> {
  const rows = readList(readObject(example)[`${part}_text_named_params`])
  return new Map(rows.map((row) => [readText(row['param_name']) ?? '', readText(row['example']) ?? '']))
}

/** `header_text: ["x"]`, but `body_text: [["a", "b"]]`. */
function positionalExamples(example: unknown, part: Text['part'], names: readonly string[]): Map<string, string> {
  const list = readObject(example)[`${part}_text`]
  const first = Array.isArray(list) ? (list as unknown[])[0] : undefined
  const values = (Array.isArray(first) ? first : Array.isArray(list) ? list : []) as unknown[]
  return new Map(names.map((name, index) => [name, readText(values[index]) ?? '']))
}
