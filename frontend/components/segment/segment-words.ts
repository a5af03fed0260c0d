import type { Condition, SegmentFilter, SegmentUse } from '#contract/segments.ts'
import { wordsOf } from '../contact/segment-draft.ts'

/** Names for the ids that conditions mention; undefined when what they name is gone. */
export type Names = { [From in 'channels' | 'stages' | 'people']: (id: string) => string | undefined | null }

/** A filter as people would say it. */
export function filterSentence({ match, conditions }: SegmentFilter, names: Names): string {
  if (conditions.length === 0) return 'Everybody'
  const words = conditions.map((one, index) => {
    const text = conditionWords(one, names)
    return index > 0 && one.field !== 'custom' ? uncapitalised(text) : text
  })
  return words.join(match === 'all' ? ' and ' : ' or ')
}

const uncapitalised = (text: string) => text.replace(/^\p{Lu}(?=\p{Ll}| )/u, (letter) => letter.toLowerCase())

export function conditionWords(condition: Condition, names: Names): string {
  const { label, kind, ops, values, from } = wordsOf(condition.field)
  const value = 'value' in condition ? condition.value : undefined
  if ('days' in condition) {
    const days = condition.days === 1 ? 'day' : `${condition.days} days`
    return condition.op === 'within' ? `${label} in the last ${days}` : `${label} longer ago than ${days}`
  }
  if (condition.field === 'tag') return `${condition.op === 'has' ? 'Tag' : 'Without the tag'} “${condition.value}”`
  if (typeof value === 'boolean') return value ? label : `Not: ${label}`
  const op = ops.find((one) => one.value === condition.op)?.label ?? condition.op
  const subject = 'name' in condition ? condition.name : label
  if (value === undefined) return `${subject} ${op}`
  if (kind !== 'choice') return `${subject} ${op} “${value}”`
  const named = from && from !== 'segments' ? names[from](value) : values?.find((one) => one.value === value)?.label
  return `${subject} ${op} ${named ?? 'something that is gone'}`
}

/** Who would miss it. */
export function usesSentence(uses: readonly SegmentUse[]): string {
  const named = (kind: SegmentUse['kind'], one: string, many: string) => {
    const names = uses.filter((use) => use.kind === kind).map(({ name }) => `“${name}”`)
    return names.length === 0 ? [] : [`${names.length === 1 ? one : many} ${names.join(', ')}`]
  }
  return `Used by ${[...named('rule', 'the rule', 'the rules'), ...named('view', 'the view', 'the views')].join(' and ')}`
}
