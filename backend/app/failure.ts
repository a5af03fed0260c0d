/** What a person can do about a failure, and what a supervisor can make of the end. */
export type Failure = { sentence: string; exitCode: number }

/** sysexits.h: starting again may help after 70 and 75, not after 64 (a mistyped command) and 78. */
const [usage, software, temporary, configuration] = [64, 70, 75, 78]

/** Errors of ours whose message says it all. */
const plain: { [name: string]: number } = {
  StoreLocked: temporary,
  StoreUnavailable: temporary,
  StoreBusy: temporary,
  StorageFull: temporary,
  DiskFailed: software,
  DataDamaged: configuration,
  DataTooNew: configuration,
  KeyDamaged: configuration,
  ArchiveDamaged: 1,
  MoveRefused: 1,
}

type SystemError = Error & {
  [detail in 'code' | 'syscall' | 'path' | 'dest' | 'address' | 'port' | 'hostname']?: unknown
}

/** Undefined for a mistake of ours: that is shown whole. */
export function explainFailure(error: unknown): Failure | undefined {
  if (!(error instanceof Error)) return undefined
  const exitCode = plain[error.name]
  if (exitCode !== undefined) return { sentence: error.message, exitCode }
  if (String((error as SystemError).code).startsWith('ERR_PARSE_ARGS'))
    return { sentence: error.message, exitCode: usage }
  return explainSystem(error) ?? explainPostgres(error) ?? explainFailure(error.cause)
}

function explainSystem({
  code,
  syscall,
  address,
  port,
  hostname,
  path: from,
  dest: path = from,
}: SystemError): Failure | undefined {
  if (syscall === 'listen' || syscall === 'bind' || syscall === 'getaddrinfo') {
    const sentences: { [code: string]: string } = {
      EADDRINUSE: `Port ${String(port)} is taken by another program. Set PORT to a free one.`,
      EACCES: 'The system keeps low ports for itself. Set PORT to one above 1023 and put a proxy in front.',
    }
    const elsewhere = `${String(hostname ?? address ?? 'HOST')} is no address of this machine. Correct HOST; 0.0.0.0 listens everywhere.`
    return { sentence: sentences[String(code)] ?? elsewhere, exitCode: code === 'EADDRINUSE' ? 1 : configuration }
  }
  // Node names no path when it reads what it had opened already.
  if (code === 'EISDIR')
    return { sentence: 'DATA_FILE_PATH is a folder; it wants a file in it.', exitCode: configuration }
  if (code === 'ENOSPC' && path === undefined)
    return { sentence: 'The disk is full. Free some space and try again.', exitCode: temporary }
  if (typeof path !== 'string') return undefined
  const sentences: { [code: string]: string } = {
    EACCES: `${path} may not be read or written by the user that runs this. Give it the folder, or name another place.`,
    EROFS: `${path} is on a disk that cannot be written. Name another place.`,
    ENOENT: `${path} is not there.`,
    ENOTDIR: `A part of ${path} is a file, and ought to be a folder.`,
    ENOSPC: `The disk of ${path} is full. Free some space and try again.`,
  }
  const same: { [code: string]: string } = { EPERM: 'EACCES', EDQUOT: 'ENOSPC' }
  const sentence = sentences[same[String(code)] ?? String(code)]
  return sentence ? { sentence, exitCode: configuration } : undefined
}

/** Class 28: who may sign in. 3D000: no such database. 42501: what the user may do. */
function explainPostgres({ code, message }: SystemError): Failure | undefined {
  if (typeof code !== 'string' || !/^(28...|3D000|42501)$/.test(code)) return undefined
  const remedy =
    code === '3D000'
      ? 'Create it, or correct DATABASE_URL.'
      : code === '42501'
        ? 'The user in DATABASE_URL must be allowed to make tables there.'
        : 'Correct the user or password in DATABASE_URL.'
  return { sentence: `PostgreSQL says: ${message}. ${remedy}`, exitCode: configuration }
}

/** Says on standard error what ended the program, and answers with what to end it. */
export function reportFailure(error: unknown): number {
  const failure = explainFailure(error)
  console.error(failure?.sentence ?? error)
  return failure?.exitCode ?? 1
}
