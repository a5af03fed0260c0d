import { accounts } from './accounts.ts'
import { doors } from './doors.ts'
import type { Mutant } from './mutant.ts'
import { outside } from './outside.ts'
import { promises } from './promises.ts'
import { reach } from './reach.ts'
import { stores } from './stores.ts'

/** By what they break. */
export const planted: { readonly [subject: string]: readonly Mutant[] } = {
  reach,
  accounts,
  doors,
  outside,
  stores,
  promises,
}
