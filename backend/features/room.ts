import type { ErrorCode } from '../contract/errors.ts'
import { AppError } from '../errors.ts'

type Countable<Where> = { count(where?: Where, search?: string, atMost?: number): Promise<number> }

/**
 * Refuses one more of what there is enough of. Of requests at the same moment each may find the last place free: there can
 * be as many more as run at once, which the places of the API limit.
 */
export async function requireRoom<Where>(
  collection: Countable<Where>,
  where: Where,
  most: number,
  code: ErrorCode,
): Promise<void> {
  if ((await collection.count(where, undefined, most)) >= most) throw new AppError(code, { details: { most } })
}
