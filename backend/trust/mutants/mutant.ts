/** A bug that somebody could really make, and the tests that have to notice it. */
export type Mutant = {
  /** One sentence: what goes wrong. */
  bug: string
  /** From the root of the tree, as are the tests. */
  file: string
  /** Each text stands in the file exactly once. */
  edits: readonly (readonly [from: string, to: string])[]
  /** Each of them alone must fail. */
  caughtBy: readonly string[]
}

/** What keeps an edit from its place: the code moved, and the bug must be planted anew. */
export function findMisfits({ edits }: Pick<Mutant, 'edits'>, source: string): string[] {
  return edits.flatMap(([from]) => {
    const count = source.split(from).length - 1
    return count === 1 ? [] : [`stands ${count} times in the file: ${from}`]
  })
}

/** Call it when there are no misfits. */
export function mutate({ edits }: Pick<Mutant, 'edits'>, source: string): string {
  return edits.reduce((text, [from, to]) => text.replace(from, () => to), source)
}
