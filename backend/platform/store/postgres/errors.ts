import type { CollectionSpec } from '../port.ts'
import { DuplicateKey, MissingReference, StorageFull, StoreBusy, StoreUnavailable } from '../port.ts'

type PostgresError = Error & { code?: string; detail?: string; table?: string; constraint?: string }

export type Specs = ReadonlyMap<string, CollectionSpec>

/** The port's words for what PostgreSQL says. Whatever is not about the store comes back as it is. */
export function translateError(error: unknown, specs: Specs): unknown {
  if (!(error instanceof Error)) return error
  const { code = '', message } = error as PostgresError
  const options = { cause: error }
  if (code === '23505') return readDuplicate(error, specs)
  if (code === '23503') return readMissingReference(error, specs)
  if (code === '53100') return new StorageFull(`PostgreSQL: ${message}`, options)
  if (isConflict(error)) return new StoreBusy('Others kept changing the same documents', options)
  if (code === '57014' || code === '55P03') return new StoreBusy('PostgreSQL took longer than it may', options)
  if (isConnectionLoss(error)) return new StoreUnavailable(`PostgreSQL cannot be reached: ${message || code}`, options)
  if (code.startsWith('53') || message.includes('timeout exceeded when trying to connect')) {
    return new StoreBusy('Every connection to PostgreSQL is in use', options)
  }
  return error
}

/** A deadlock or a failed serialisation: nothing happened, and the same statement may well succeed now. */
export function isConflict(error: unknown): boolean {
  const { code } = error as PostgresError
  return code === '40001' || code === '40P01'
}

const lost = /^(08...|57P0.|25P03|25006|ECONN.*|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ENOENT)$/
const lostMessage = /connection terminated|connection ended|client has encountered a connection error|not queryable/i

export function isConnectionLoss(error: unknown): boolean {
  const { code = '', message = '' } = error as PostgresError
  return lost.test(code) || lostMessage.test(message)
}

/** `Key (workspace_id, code)=(ws_1, x) already exists.`, in whatever language the server speaks. */
function readFields({ detail = '' }: PostgresError, spec: CollectionSpec | undefined): string[] {
  const names = /\(([^)]*)\)=\(/.exec(detail)?.[1]?.split(', ') ?? []
  return names.map((name) => spec?.columns.find(({ sqlName }) => sqlName === name)?.name ?? name)
}

function readDuplicate(error: PostgresError, specs: Specs): DuplicateKey {
  const found = readFields(error, specs.get(error.table ?? ''))
  return new DuplicateKey(error.table ?? 'The store', found.length > 0 ? found : ['id'])
}

/** The table named is always the one with the reference. The detail names its field, or `id` when the target was to be removed. */
function readMissingReference(error: PostgresError, specs: Specs): MissingReference {
  const spec = specs.get(error.table ?? '')
  const [field] = readFields(error, spec)
  const refusing = spec?.references.find(({ onRemove }) => onRemove === 'restrict')
  const isField = spec?.references.some((reference) => reference.field === field)
  return new MissingReference(error.table ?? 'The store', (isField ? field : refusing?.field) ?? 'id')
}
