import type { Mutant } from './mutant.ts'

const address = 'backend/platform/public-address.test.ts'
const client = 'backend/platform/http-client.test.ts'
const table = 'backend/platform/table.test.ts'
const media = 'backend/http/media.test.ts'
const crypto = 'backend/platform/crypto.test.ts'
const log = 'backend/platform/log.test.ts'
const canaries = 'backend/trust/canaries.test.ts'
const fsck = 'scripts/fsck.test.ts'

/** What leaves the house or is kept: requests to other servers, tables, files, logs, secrets. */
export const outside: readonly Mutant[] = [
  {
    bug: 'an address in a private network is saved',
    file: 'backend/platform/public-address.ts',
    edits: [["return faults.includes('private') ? 'private' : faults.find(Boolean)", 'return undefined']],
    caughtBy: [address],
  },
  {
    bug: 'a private address of IPv6 is taken for a public one',
    file: 'backend/platform/public-address.ts',
    edits: [[" || (family === 'ipv6' && !publicV6.check(address, family))", '']],
    caughtBy: [address],
  },
  {
    bug: 'the first of several addresses of a name decides',
    file: 'backend/platform/public-address.ts',
    edits: [['const faults = addresses.map(', 'const faults = addresses.slice(0, 1).map(']],
    caughtBy: [address],
  },
  {
    bug: 'an address may name the port of a database',
    file: 'backend/platform/public-address.ts',
    edits: [['return port < 1024 || otherPorts.has(port) ||', 'return port < 1024 ||']],
    caughtBy: [address],
  },
  {
    bug: 'a request to an address that a person chose reaches the private network',
    file: 'backend/platform/http-client.ts',
    edits: [['const fault = publicOnly && isIP(host) !== 0 ?', 'const fault = publicOnly && host === url ?']],
    caughtBy: [client],
  },
  {
    bug: 'a name is judged, and then asked for once more when the connection is made',
    file: 'backend/platform/http-client.ts',
    edits: [['const guard = request.publicOnly ?', 'const guard = request.publicOnly && !request.url ?']],
    caughtBy: [client],
  },
  {
    bug: 'a connection that nobody judged serves a request that must not leave the public network',
    file: 'backend/platform/http-client.ts',
    edits: [["agents[request.publicOnly ? 'public' : 'any']", 'agents.any']],
    caughtBy: [client],
  },
  {
    bug: 'redirects are followed, wherever they lead',
    file: 'backend/platform/http-client.ts',
    edits: [["redirect: 'manual'", "redirect: 'follow'"]],
    caughtBy: [client],
  },
  {
    bug: 'an answer may be as large as the other side likes',
    file: 'backend/platform/http-client.ts',
    edits: [['        size: request.maxBytes,\n', '']],
    caughtBy: [client],
  },
  {
    bug: 'a cell of an export is a formula',
    file: 'backend/platform/table.ts',
    edits: [['    escape_formulas: true,\n', '']],
    caughtBy: [table],
  },
  {
    bug: 'a formula hides behind a semicolon',
    file: 'backend/platform/table.ts',
    edits: [[`    cast: { string: (cell) => cell.replace(/(;\\s*|\\t)(?=[=+\\-@＝＋－＠])/g, "$1'") },\n`, '']],
    caughtBy: [table],
  },
  {
    bug: 'the name of a stored file may lead out of its folder',
    file: 'backend/platform/media/folder.ts',
    edits: [["    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new TypeError('This is not the SHA-256 of a file')\n", '']],
    caughtBy: ['backend/platform/media/media.test.ts'],
  },
  {
    bug: 'the name of an upload keeps its folders',
    file: 'backend/features/media/upload.ts',
    edits: [["(name ?? '').toWellFormed().split(/[/\\\\]/).at(-1)!", "(name ?? '').toWellFormed()"]],
    caughtBy: [media],
  },
  {
    bug: 'a file is what its sender says it is',
    file: 'backend/platform/media/sniff.ts',
    edits: [['return claimed && families[name]?.includes(claimed) ? claimed : name', 'return claimed ?? name']],
    caughtBy: ['backend/platform/media/sniff.test.ts', media],
  },
  {
    bug: 'a file that a browser would run is shown in place',
    file: 'backend/http/send-file.ts',
    edits: [["shownInline.has(file.mimeType.split(';')[0]!) && ", '']],
    caughtBy: [media],
  },
  {
    bug: 'what stands in a file may run in our name',
    file: 'backend/http/send-file.ts',
    edits: [[`    'content-security-policy': "default-src 'none'; sandbox",\n`, '']],
    caughtBy: [media],
  },
  {
    bug: 'a picture keeps the place it was taken at',
    file: 'backend/features/media/upload.ts',
    edits: [['return pieces ? files.receive(', 'return pieces && !pieces ? files.receive(']],
    caughtBy: [media],
  },
  {
    bug: 'the fields of a log line are written as they are',
    file: 'backend/platform/log.ts',
    edits: [['({ level: label }), log: redact }', '({ level: label }) }']],
    caughtBy: [log],
  },
  {
    bug: 'the text of a log line is written as it is',
    file: 'backend/platform/log.ts',
    edits: [["(typeof arg === 'string' ? redactText(arg) : arg)", 'arg']],
    caughtBy: [log],
  },
  {
    bug: 'a refusal says back what was sent, with the password in it',
    file: 'backend/http/input.ts',
    edits: [
      [
        "if (!success) throw new AppError('request.invalid', { details: issuesOf(part, error) })",
        "if (!success) throw new AppError('request.invalid', { details: [...issuesOf(part, error), { path: part, message: JSON.stringify(value) }] })",
      ],
    ],
    caughtBy: [canaries],
  },
  {
    bug: 'the export of a person has the hashes of passwords in it',
    file: 'backend/features/contacts/export-person.ts',
    edits: [['const head = { exportedAt:', 'const head = { users: await store.users.find(), exportedAt:']],
    caughtBy: [canaries],
  },
  {
    bug: 'the name of a file whose upload fails stands in the log',
    file: 'backend/http/answer.ts',
    edits: [
      [
        'path: readPath(request.originalUrl) },',
        'path: readPath(request.originalUrl), upload: request.file?.originalname },',
      ],
    ],
    caughtBy: [canaries],
  },
  {
    bug: 'a job that fails says in the log what it was to do',
    file: 'backend/platform/jobs/turn.ts',
    edits: [['const turn = `Job ${job.kind} ', 'const turn = `Job ${job.kind} ${JSON.stringify(job.payload)} ']],
    caughtBy: [canaries],
  },
  {
    bug: 'a query stands in the log of requests',
    file: 'backend/http/log-path.ts',
    edits: [["url.split('?', 1)[0]!.slice(0, longestPath)", 'url.slice(0, longestPath)']],
    caughtBy: ['backend/http/log-path.test.ts'],
  },
  {
    bug: 'what somebody typed into a path stands in the log of requests',
    file: 'backend/http/log-path.ts',
    edits: [['words.has(segment) || id.test(segment)', 'segment.length > 0']],
    caughtBy: ['backend/http/log-path.test.ts'],
  },
  {
    bug: 'a name is asked for again after it was judged',
    file: 'backend/platform/http-client.ts',
    edits: [['else done(error, found, family)', 'else resolve(host, options, done)']],
    caughtBy: ['backend/platform/http-client.test.ts'],
  },
  {
    bug: 'an id of WhatsApp stands in the log with the telephone number in it',
    file: 'backend/platform/redact.ts',
    edits: [['`wamid.•••${id.slice(-8)}`', 'id']],
    caughtBy: ['backend/platform/log.test.ts'],
  },
  {
    bug: 'the secrets of a channel are stored as they are',
    file: 'backend/features/channels/secrets.ts',
    edits: [
      ['vault.seal(secret, placeOf(channel, field))', 'secret'],
      ['return vault.open(sealed, place)', 'return sealed'],
    ],
    caughtBy: ['backend/features/channels/secrets.test.ts', 'backend/trust/secrets.test.ts'],
  },
  {
    bug: 'a sealed secret opens in any place it is copied to',
    file: 'backend/platform/crypto.ts',
    edits: [
      ['.setAAD(Buffer.from(place))\n', '\n'],
      ['decipher.setAAD(Buffer.from(place)).setAuthTag(', 'decipher.setAuthTag('],
    ],
    caughtBy: [crypto],
  },
  {
    bug: 'a changed entry of the audit log is not seen',
    file: 'backend/features/audit/verify.ts',
    edits: [['else if (!isSealOf(vault, textOf(entry, sequence, end.seal), seal))', 'else if (false)']],
    caughtBy: [fsck],
  },
  {
    bug: 'entries cut off at the end of the audit log are not missed',
    file: 'backend/features/audit/verify.ts',
    edits: [['if (end.sequence !== sequence || end.seal !== seal)', 'if (false)']],
    caughtBy: [fsck],
  },
  {
    bug: 'a seal of the audit log says nothing about the entry before it',
    file: 'backend/features/audit/seal.ts',
    edits: [['    sequence,\n    before,\n', "    sequence,\n    '',\n"]],
    caughtBy: ['backend/features/audit/verify.test.ts'],
  },
]
