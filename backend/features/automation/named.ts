import type { RuleCondition, RuleDraft, RuleProblem, RuleStep } from '../../contract/rules.ts'
import { AppError } from '../../errors.ts'
import type { Context } from '../../feature.ts'
import type { WorkspaceStore } from '../../model/index.ts'

/*
 * What a rule names beside itself: templates, people, stages, segments and numbers. Tags are words; one that nobody has yet
 * comes to be when the rule gives it.
 */
type Parts = Partial<Pick<RuleDraft, 'trigger' | 'conditions' | 'steps'>>
type Kind = 'template' | 'spelling' | 'person' | 'colleague' | 'stage' | 'segment' | 'channel'
/** `value` is an id; that of a spelling is the name and the language of a template. */
type Named = { kind: Kind; path: string; value: string }

const sentences: Readonly<Record<Kind, string>> = {
  template: 'This template does not exist (any more).',
  spelling: 'This template does not exist (any more).',
  person: 'This person is not in the team (any more).',
  colleague: 'This person is not in the team (any more), or cannot sign in.',
  stage: 'This stage does not exist (any more).',
  segment: 'This segment does not exist (any more).',
  channel: 'This number does not exist (any more).',
}

const spelled = (name: string, language: string) => JSON.stringify([name, language])

function namedByStep(step: RuleStep, path: string): Named[] {
  if (step.kind === 'assign' && step.userId) return [{ kind: 'colleague', path: `${path}.userId`, value: step.userId }]
  if (step.kind === 'stage') return [{ kind: 'stage', path: `${path}.stageId`, value: step.stageId }]
  if (step.kind !== 'template') return []
  const { templateId, name, language } = step.template
  return templateId
    ? [{ kind: 'template', path: `${path}.template`, value: templateId }]
    : [{ kind: 'spelling', path: `${path}.template`, value: spelled(name ?? '', language ?? '') }]
}

const kinds: { readonly [field: string]: Kind } = {
  segment: 'segment',
  stage: 'stage',
  channel: 'channel',
  assignee: 'person',
}

function namedByCondition(condition: RuleCondition, path: string): Named[] {
  const kind = kinds[condition.field]
  return kind && 'value' in condition ? [{ kind, path: `${path}.value`, value: String(condition.value) }] : []
}

function namedBy({ trigger, conditions = [], steps = [] }: Parts): Named[] {
  return [
    ...(trigger?.kind === 'stage_changed'
      ? [{ kind: 'stage' as const, path: 'trigger.stageId', value: trigger.stageId }]
      : []),
    ...conditions.flatMap((condition, index) => namedByCondition(condition, `conditions.${index}`)),
    ...steps.flatMap((step, index) => namedByStep(step, `steps.${index}`)),
  ]
}

/** What each of the rules names and is not there, in their order. One look at each kind, however many rules there are. */
export async function findProblems(store: WorkspaceStore, rules: readonly Parts[]): Promise<RuleProblem[][]> {
  const named = rules.map(namedBy)
  const valuesOf = (...wanted: Kind[]) => [
    ...new Set(named.flat().flatMap(({ kind, value }) => (wanted.includes(kind) ? [value] : []))),
  ]
  const names = valuesOf('spelling').map((value) => (JSON.parse(value) as [name: string])[0])
  const [templates, spelledTemplates, people, stages, segments, channels] = await Promise.all([
    store.templates.getMany(valuesOf('template')),
    names.length > 0 ? store.templates.find({ where: { name: { in: names } }, limit: 1000 }) : [],
    store.users.getMany(valuesOf('person', 'colleague')),
    store.leadStages.getMany(valuesOf('stage')),
    store.segments.getMany(valuesOf('segment')),
    store.channels.getMany(valuesOf('channel')),
  ])
  const ids = (rows: readonly { id: string }[]) => new Set(rows.map(({ id }) => id))
  const known: Readonly<Record<Kind, ReadonlySet<string>>> = {
    template: ids(templates),
    spelling: new Set(spelledTemplates.map(({ name, language }) => spelled(name, language))),
    person: ids(people),
    colleague: ids(people.filter(({ disabledAt }) => !disabledAt)),
    stage: ids(stages),
    segment: ids(segments),
    channel: ids(channels),
  }
  return named.map((list) =>
    list
      .filter(({ kind, value }) => !known[kind].has(value))
      .map(({ kind, path }) => ({ path, message: sentences[kind] })),
  )
}

/** Of a rule that is changed only what is given: another part of it may name what went since. */
export async function refuseUnknown({ store }: Pick<Context, 'store'>, parts: Parts): Promise<void> {
  const [problems = []] = await findProblems(store, [parts])
  const details = problems.map(({ path, message }) => ({ path: `body.${path}`, message }))
  if (details.length > 0) throw new AppError('automation.names_unknown', { details })
}
