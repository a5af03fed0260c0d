import { createCipheriv, createDecipheriv, createHmac, hash, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'

/*
 * Secrets: random tokens, hashes of them, comparison in constant time, and the vault that seals what must be stored.
 *
 * - sealed: `s1.<key id>.<base64url of nonce, ciphertext and tag>`, AES-256-GCM
 * - place:  where a sealed value belongs (`workspace/record/field`); it opens nowhere else
 * - key:    the first one seals; all of them open, so that a key can be changed without losing what it sealed
 */

export function randomToken(bytes = 32): string {
  return randomBytes(bytes).toString('base64url')
}

/** For tokens of full entropy only. Passwords need bcrypt. */
export function hashToken(token: string): string {
  return hash('sha256', token, 'base64url')
}

/** Hashed first, because `timingSafeEqual` throws on unequal lengths and would tell them. */
export function safeEqual(a: string, b: string): boolean {
  return timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'))
}

/** What a person may see of a secret, to recognise it. Of a short one nothing: four characters would be half of it. */
export function lastFour(secret: string): string {
  return secret.length < 12 ? '••••' : secret.slice(-4)
}

/** The key that sealed it is not here any more, or the value was moved or damaged. */
export class CannotOpen extends Error {
  override name = 'CannotOpen'
}

/** The file of the key is there and does not hold one. */
export class KeyDamaged extends Error {
  override name = 'KeyDamaged'
}

export type Vault = {
  seal(secret: string, place: string): string
  /** Throws CannotOpen. */
  open(sealed: string, place: string): string
  /** A signature for `text` that only this installation can make; `purpose` keeps the uses apart. */
  sign(purpose: string, text: string): string
  /** Made by `sign`, with this key or one that came before it. */
  isSigned(purpose: string, text: string, signature: string): boolean
}

const nonceLength = 12
const tagLength = 16

export function createVault(keys: readonly string[]): Vault {
  const derived = keys.map((key) => ({
    id: deriveKey(key, 'key id').toString('base64url', 0, 6),
    key: deriveKey(key, 'seal'),
  }))
  const current = derived[0]
  if (!current) throw new Error('A vault needs a key')
  const signingKeys = keys.map((key) => deriveKey(key, 'sign'))
  const signWith = (key: Buffer, purpose: string, text: string) =>
    createHmac('sha256', key).update(`${purpose}\n${text}`).digest('base64url')

  return {
    seal(secret, place) {
      const nonce = randomBytes(nonceLength)
      const cipher = createCipheriv('aes-256-gcm', current.key, nonce).setAAD(Buffer.from(place))
      const sealed = Buffer.concat([nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return `s1.${current.id}.${sealed.toString('base64url')}`
    },

    open(sealed, place) {
      const [version, id, text = ''] = sealed.split('.')
      const match = derived.find((candidate) => candidate.id === id)
      if (version !== 's1' || !match) throw new CannotOpen('Sealed with a key that is not here')
      const bytes = Buffer.from(text, 'base64url')
      try {
        const decipher = createDecipheriv('aes-256-gcm', match.key, bytes.subarray(0, nonceLength))
        decipher.setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(-tagLength))
        return decipher.update(bytes.subarray(nonceLength, -tagLength), undefined, 'utf8') + decipher.final('utf8')
      } catch (cause) {
        throw new CannotOpen('Moved or damaged since it was sealed', { cause })
      }
    },

    sign: (purpose, text) => signWith(signingKeys[0]!, purpose, text),
    isSigned: (purpose, text, signature) =>
      signingKeys.some((key) => safeEqual(signWith(key, purpose, text), signature)),
  }
}

function deriveKey(key: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, 'parley', purpose, 32))
}

const keyFile = 'encryption.key'

/** The configured keys, or the one in a file that only this user can read, made at the first start. */
export async function openVault(config: { ENCRYPTION_KEY?: string[] | undefined; dataFolder: string }): Promise<Vault> {
  return createVault(config.ENCRYPTION_KEY ?? [await readKeyFile(config.dataFolder)])
}

/** The same, but nothing is made: undefined where no key is. */
export async function findVault(config: Parameters<typeof openVault>[0]): Promise<Vault | undefined> {
  if (config.ENCRYPTION_KEY) return createVault(config.ENCRYPTION_KEY)
  const key = await readFile(join(config.dataFolder, keyFile), 'utf8').catch(() => undefined)
  return key === undefined ? undefined : createVault([key.trim()])
}

async function readKeyFile(folder: string): Promise<string> {
  const path = join(folder, keyFile)
  const key = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    // Where it is and cannot be read, another one would seal what the first one is needed for.
    if (error.code !== 'ENOENT') throw error
    return makeKeyFile(folder, path)
  })
  if (key.trim().length < 32)
    throw new KeyDamaged(`${path} is damaged: it must hold the key that sealed the stored secrets. Put back its copy.`)
  return key.trim()
}

/** Written whole before it gets its name, so that of two processes starting together both use the same key. */
async function makeKeyFile(folder: string, path: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const draft = `${path}.${randomToken(6)}`
  const file = await open(draft, 'wx', 0o600)
  await file.writeFile(`${randomToken()}\n`)
  await file.sync()
  await file.close()
  await link(draft, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  await unlink(draft)
  await syncFolder(folder)
  return readFile(path, 'utf8')
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  await handle.sync().finally(() => handle.close())
}
