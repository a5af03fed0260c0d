import type { SystemStore } from '../../model/index.ts'
import { safeEqual, type Vault } from '../../platform/crypto.ts'

/** The code that makes a stranger's first registration impossible on an open port. */
export type Setup = {
  /** Nobody has an account yet. */
  isNeeded(): Promise<boolean>
  matches(code: string | undefined): boolean
  /** For the terminal where Parley was started. */
  code: string
}

type Options = { system: SystemStore; vault: Vault; preset: string | undefined }

/**
 * The code follows from the installation's key, so it is stored nowhere and is the same after a restart. It works while
 * nobody has an account, that is once.
 */
export function openSetup({ system, vault, preset }: Options): Setup {
  const code = preset ?? spell(vault.sign('set-up code', '1'))
  let isDone = false
  return {
    code,
    async isNeeded() {
      isDone ||= (await system.users.find({ limit: 1 })).length > 0
      return !isDone
    },
    matches(given = '') {
      const typed = preset === undefined ? given.toLowerCase().replace(/[^a-z0-9]/g, '') : given
      return safeEqual(typed, preset === undefined ? code.replaceAll('-', '') : code)
    },
  }
}

/** Without letters and digits that people confuse; 60 bits in three groups. */
const alphabet = '23456789abcdefghjkmnpqrstuvwxyz'

function spell(random: string): string {
  const letters = [...Buffer.from(random, 'base64url').subarray(0, 12)].map((byte) => alphabet[byte % alphabet.length])
  return letters.join('').replace(/(.{4})(?=.)/g, '$1-')
}
