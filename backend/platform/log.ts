import { AsyncLocalStorage } from 'node:async_hooks'
import { pino, type Logger } from 'pino'
import { redact, redactText } from './redact.ts'

/**
 * One category of lines. The fields of a line are searched for secrets and personal data before it is written
 * (redact.ts), so an object may be passed as it is.
 */
export type Log = { [Level in 'debug' | 'info' | 'warn' | 'error']: Write }
type Write = { (message: string): void; (fields: object, message: string): void }

/**
 * request: one line per answered request. security: refusals, wrong passwords, signatures. business: what the product
 * did. error: what a developer must look at. audit: who changed what; never dropped by LOG_LEVEL.
 */
export type Logs = { [Category in (typeof categories)[number]]: Log } & {
  /** What `run` does, now and later, says in each of its lines for which request (`id`) or job it does it. */
  within<T>(trace: Trace, run: () => T): T
  flush(): void
}
type Trace = { id: string } | { job: string }
const categories = ['request', 'security', 'business', 'error', 'audit'] as const

type Options = {
  level?: string
  /** Coloured lines for a person instead of JSON. */
  readable?: boolean
  /** Instead of standard output; for tests. */
  write?: (line: string) => void
}

export function createLogs({ level = 'info', readable = false, write }: Options = {}): Logs {
  const destination = write ? { write } : readable ? prettyStream() : pino.destination(buffered)
  const traces = new AsyncLocalStorage<Trace>()
  const root = pino(
    {
      level,
      mixin: () => ({ ...traces.getStore() }),
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: redact },
      hooks: {
        logMethod(args, method) {
          method.apply(
            this,
            args.map((arg) => (typeof arg === 'string' ? redactText(arg) : arg)) as Parameters<typeof method>,
          )
        },
      },
    },
    destination,
  )
  const child = (category: string): Logger =>
    root.child({ category }, category === 'audit' && level !== 'silent' ? { level: 'info' } : {})
  return {
    request: child('request'),
    security: child('security'),
    business: child('business'),
    error: child('error'),
    audit: child('audit'),
    within: (trace, run) => traces.run(trace, run),
    flush() {
      if ('flushSync' in destination) (destination as { flushSync(): void }).flushSync()
    },
  }
}

/** Written in pieces, twice a second at least: a write per request would cost more than answering it. */
const buffered = { sync: false, minLength: 8192, periodicFlush: 500 }

function prettyStream() {
  const options = { ignore: 'category', messageFormat: '{category}: {msg}', translateTime: 'HH:MM:ss', sync: true }
  return pino.transport({ target: 'pino-pretty', options })
}
