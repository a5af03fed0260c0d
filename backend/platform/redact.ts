/*
 * What must not stand in a log: secrets, what customers wrote, whole telephone numbers and e-mail addresses, and control
 * characters that forge or colour a line. Values are judged by the name of their field first, then by how they look.
 */
const secretName =
  /(password|passwordhash|passwd|secret|token|cookie|authorization|api-?key|credentials?|setup-?code)$/i
const textName = /^(text|body|caption|content|preview|searchText|rendered|raw|payload|query)$/

/** What strangers write is in these lines too, the path of a request for one: no pattern may go back and forth in it. */
const looks: readonly [pattern: RegExp, replacement: string | ((match: string) => string)][] = [
  [/\b(bearer|basic)\s+[\w.~+/=-]+/gi, '$1 •••'],
  [/((?:token|secret|password|code|key)=)[^&\s"']+/gi, '$1•••'],
  // Access tokens of Meta begin like this.
  [/\bEAA[A-Za-z0-9]{10,}/g, 'EAA•••'],
  // Ids of WhatsApp hold the telephone number, in base64; their end is enough to find them again.
  [/\bwamid\.[\w+/=-]+/g, (id) => `wamid.•••${id.slice(-8)}`],
  [/[\w.+-]{1,64}@([\w-]{1,63}\.[\w.-]{1,190})/g, '•••@$1'],
  [/\+\d[\d \-().]{6,18}\d|(?<![\w.-])\d{9,15}(?![\w-])/g, maskPhone],
]
/** Most texts of a log hold nothing of that kind, and one look is cheaper than six replacements. */
// oxlint-disable-next-line no-control-regex
const suspicious = /[@=+\u0000-\u001f\u007f-\u009f\u2028\u2029]|\d{9}|bearer|basic|EAA|wamid/i
/** Line ends stay in stack traces, which only the fields of an error have: JSON escapes them. */
// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]+/g

const deepest = 5
const mostItems = 50

/** `+491701234512` becomes `+49•••12`. */
export function maskPhone(phone: string): string {
  return `${phone.slice(0, 3)}•••${phone.slice(-2)}`
}

export function redactText(text: string): string {
  return redactLines(text).replaceAll('\n', ' ')
}

/** The fields of one log line. */
export function redact(fields: object): Record<string, unknown> {
  return redactFields(fields, 0)
}

function redactLines(text: string): string {
  if (!suspicious.test(text)) return text
  return looks.reduce(
    (clean, [pattern, replacement]) => clean.replace(pattern, replacement as string),
    text.replace(control, ' '),
  )
}

function redactFields(fields: object, depth: number): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, redactField(name, value, depth)]))
}

function redactField(name: string, value: unknown, depth: number): unknown {
  if (value === undefined || value === null || typeof value === 'boolean' || typeof value === 'number') return value
  if (secretName.test(name)) return '•••'
  if (textName.test(name)) return typeof value === 'string' ? `[${value.length} characters]` : '[removed]'
  return redactValue(value, depth)
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return redactText(value)
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? String(value) : value
  if (value instanceof Date) return value
  if (value instanceof Error) return redactError(value, depth)
  if (depth >= deepest || ArrayBuffer.isView(value)) return '[removed]'
  if (Array.isArray(value)) return value.slice(0, mostItems).map((item) => redactValue(item, depth + 1))
  return redactFields(value, depth + 1)
}

/** Name, message, code, stack and cause; other properties of foreign errors hold requests, rows and tokens. */
function redactError(error: Error & { code?: unknown }, depth: number): object {
  return {
    name: error.name,
    message: redactText(error.message),
    ...(typeof error.code === 'string' || typeof error.code === 'number' ? { code: error.code } : {}),
    ...(error.stack ? { stack: redactLines(error.stack) } : {}),
    ...(error.cause === undefined || depth >= deepest ? {} : { cause: redactValue(error.cause, depth + 1) }),
  }
}
