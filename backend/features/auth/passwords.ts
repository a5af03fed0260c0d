import bcrypt from 'bcrypt'
import { AppError } from '../../errors.ts'

/** Hashes are slow on purpose and take a whole core each, so only a few are made at once and few may wait. */
const atOnce = 2
const mostWaiting = 60
/** From one address. */
const mostOfOne = 20
/** bcrypt reads no further; a longer password would match by its beginning. */
const mostBytes = 72

export type Passwords = {
  /** `from` is the address of whoever wants it: those who come from one take turns with the others. */
  hash(password: string, from?: string): Promise<string>
  /** Takes equally long without a hash, so that nobody learns which addresses have an account. */
  matches(password: string, hash: string | undefined, from?: string): Promise<boolean>
  /** It was made with less work than is asked for today. */
  isOutdated(hash: string): boolean
}

/** Each step of `cost` doubles the work; 12 takes about a fifth of a second. */
export function createPasswords({ cost = 12 } = {}): Passwords {
  const inTurn = createQueue()
  const nobody = bcrypt.hash('the hash of nobody', cost)
  return {
    hash: (password, from) => inTurn(() => bcrypt.hash(password, cost), from),
    async matches(password, hash, from) {
      const known = hash ?? (await nobody)
      const isRight = await inTurn(() => bcrypt.compare(password, known), from)
      return isRight && hash !== undefined && Buffer.byteLength(password) <= mostBytes
    },
    isOutdated: (hash) => bcrypt.getRounds(hash) < cost,
  }
}

/** Each address has a line of its own, and the lines take turns: whoever tries many passwords waits behind themselves. */
function createQueue() {
  let running = 0
  let waiting = 0
  const lines = new Map<string, (() => void)[]>()

  function standInLine(from: string): Promise<void> {
    const line = lines.get(from) ?? []
    if (line.length >= mostOfOne || waiting >= mostWaiting)
      throw new AppError('auth.too_many_attempts', { retryAfter: 3 })
    lines.set(from, line)
    waiting++
    return new Promise((resolve) => line.push(resolve))
  }

  function callNext(): boolean {
    for (const [from, line] of lines) {
      // To the end of the lines, or away when nobody is left in it.
      lines.delete(from)
      const next = line.shift()!
      if (line.length > 0) lines.set(from, line)
      waiting--
      next()
      return true
    }
    return false
  }

  return async <T>(work: () => Promise<T>, from = ''): Promise<T> => {
    if (running >= atOnce) await standInLine(from)
    else running++
    try {
      return await work()
    } finally {
      // The turn goes straight to the next in line, so nobody can slip in between.
      if (!callNext()) running--
    }
  }
}

/** Long enough by the contract's rule, and still among the first that are tried. */
const common = new Set(
  `123456789012 1234567890123 12345678910 123456789abc 1234567890qwe password1234 passwordpassword password12345
  password123456 qwertyuiop123 qwertyuiop12 qwerty123456 1q2w3e4r5t6y 1q2w3e4r5t6y7u qazwsxedcrfv zaq12wsxcde3
  1qaz2wsx3edc zxcvbnm12345 abcdefghijkl abcdefgh1234 abc123abc123 iloveyou1234 iloveyou12345 letmein12345
  welcome12345 changeme1234 changemeplease administrator administrator1 adminadmin12 adminadminadmin
  superadmin123 correcthorsebatterystaple asdfghjkl123 asdfghjklqwer qwertyqwerty q1w2e3r4t5y6 p@ssw0rd1234
  sunshine1234 football1234 princess1234 dragon123456 monkey123456 master123456 trustno1trustno1 whatever1234
  starwars1234 computer1234 internet1234 samsung12345 testtesttest test12345678 secretsecret secret123456
  mypassword12 mypassword123 thisismypassword passwort1234 contraseña123 contrasena123 motdepasse123 senhasenha12
  senha1234567 parola123456 hasło1234567 salasana1234`.split(/\s+/),
)
const productWords = ['parley', 'whatsapp', 'password', 'passwort', 'business', 'company']

/** A sentence when the password is easy to guess: common, repeating, or made of what everybody can read. */
export function findWeakness(password: string, readable: readonly string[]): string | undefined {
  const lower = password.normalize('NFKC').toLowerCase()
  if (common.has(lower)) return 'This is one of the first passwords anybody would try.'
  const words = [...productWords, ...readable.flatMap((text) => text.toLowerCase().split(/[\s@.]+/))]
  const rest = words
    .filter((word) => word.length >= 3)
    .toSorted((a, b) => b.length - a.length)
    .reduce((left, word) => left.replaceAll(word, ''), lower)
  const isRepeating = /^(.{1,6}?)\1+.{0,5}$/su.test(lower) || new Set(lower).size < 5
  const isReadable = rest.replace(/[^\p{L}\p{N}]/gu, '').length < 5
  if (isRepeating || isReadable || /^\d+$/.test(lower))
    return 'This is easy to guess. A short sentence of your own is better.'
  return undefined
}
