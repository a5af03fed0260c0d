import { AppError } from '../errors.ts'

type Changeable<Row> = {
  getMany(ids: readonly string[]): Promise<Row[]>
  updateEach(edits: readonly { id: string; set: Partial<Row>; onlyIf: { updatedAt: string } }[]): Promise<Row[]>
}

/** Others may change the same documents at the same moment; each try reads them afresh. */
const tries = 8

/**
 * Changes each of these documents from what it is: what `changeOf` takes over from there, such as the members of an object
 * that stay, is never older than that. Undefined leaves one alone. Answers those that changed.
 */
export async function changeEach<Row extends { id: string; updatedAt: string }>(
  collection: Changeable<Row>,
  ids: readonly string[],
  changeOf: (before: Row) => Partial<Row> | undefined,
): Promise<{ before: Row; after: Row }[]> {
  const pairs: { before: Row; after: Row }[] = []
  let left = [...new Set(ids)]
  for (let attempt = 0; attempt < tries && left.length > 0; attempt++) {
    const known = new Map((await collection.getMany(left)).map((row) => [row.id, row]))
    const edits = [...known.values()].flatMap((row) => {
      const set = changeOf(row)
      return set ? [{ id: row.id, set, onlyIf: { updatedAt: row.updatedAt } }] : []
    })
    const updated = await collection.updateEach(edits)
    pairs.push(...updated.map((after) => ({ before: known.get(after.id)!, after })))
    const done = new Set(updated.map(({ id }) => id))
    left = edits.map(({ id }) => id).filter((id) => !done.has(id))
  }
  if (left.length > 0) throw new AppError('request.conflict')
  return pairs
}
