import type { Mutant } from './mutant.ts'

const signature = 'backend/platform/channel/whatsapp/signature.test.ts'
const ingest = 'backend/http/ingest.test.ts'
const crossSite = 'backend/http/cross-site.test.ts'
const overload = 'backend/http/overload.test.ts'

/** What comes in from strangers: webhooks, other websites, floods. */
export const doors: readonly Mutant[] = [
  {
    bug: 'the beginning of a signature is enough',
    file: 'backend/platform/channel/whatsapp/signature.ts',
    edits: [
      [
        "timingSafeEqual(digest(rawBody, appSecret), Buffer.from(claimed, 'hex'))",
        "timingSafeEqual(digest(rawBody, appSecret).subarray(0, 8), Buffer.from(claimed, 'hex').subarray(0, 8))",
      ],
    ],
    caughtBy: [signature],
  },
  {
    bug: 'the signature is taken of what was read, not of the bytes that came',
    file: 'backend/platform/channel/whatsapp/signature.ts',
    edits: [
      ['timingSafeEqual(digest(rawBody, appSecret)', 'timingSafeEqual(digest(rewrite(rawBody), appSecret)'],
      [
        'function digest(',
        "function rewrite(body: Buffer): string {\n  try {\n    return JSON.stringify(JSON.parse(body.toString('utf8')))\n  } catch {\n    return body.toString('utf8')\n  }\n}\n\nfunction digest(",
      ],
    ],
    caughtBy: [signature],
  },
  {
    bug: 'a webhook without a signature is taken',
    file: 'backend/platform/channel/whatsapp/signature.ts',
    edits: [
      [
        "  if (typeof header !== 'string' ||",
        "  if (header === undefined) return true\n  if (typeof header !== 'string' ||",
      ],
    ],
    caughtBy: [signature],
  },
  {
    bug: 'an empty app secret signs',
    file: 'backend/platform/channel/whatsapp/signature.ts',
    edits: [[" || appSecret === ''", '']],
    caughtBy: [signature],
  },
  {
    bug: 'without any app secret webhooks are taken unseen',
    file: 'backend/features/inbound/intake.ts',
    edits: [
      ["      if (secrets.length === 0) return 'not_configured'\n", ''],
      [
        'const signer = secrets.find(',
        "const signer = secrets.length === 0 ? { signedBy: 'installation' } : secrets.find(",
      ],
    ],
    caughtBy: [ingest],
  },
  {
    bug: 'a webhook with a wrong signature is stored all the same',
    file: 'backend/features/inbound/intake.ts',
    edits: [
      [
        'secrets.find(({ appSecret }) => verifySignature(body, signature, appSecret))',
        'secrets.find(({ appSecret }) => verifySignature(body, signature, appSecret)) ?? secrets[0]',
      ],
    ],
    caughtBy: ['backend/features/inbound/inbound.test.ts'],
  },
  {
    bug: 'the app secret of one channel speaks for the number of another',
    file: 'backend/features/inbound/routing.ts',
    edits: [[': signers.get(channel.id) === signedBy', ': true']],
    caughtBy: ['backend/trust/webhook-secrets.test.ts'],
  },
  {
    bug: 'the shared app secret speaks for a number that somebody only typed in',
    file: 'backend/features/channels/proof.ts',
    edits: [['return isProven(claim) || claim.workspaceId === firstId', 'return true']],
    caughtBy: ['backend/features/channels/proof.test.ts'],
  },
  {
    bug: 'any verify token shakes hands',
    file: 'backend/http/ingest.ts',
    edits: [
      [
        'token ? (await verifyTokens()).some((candidate) => safeEqual(candidate, token)) : false',
        'token !== null && (await verifyTokens()).length > 0',
      ],
    ],
    caughtBy: [ingest],
  },
  {
    bug: 'a change with a cookie and without an Origin is taken',
    file: 'backend/http/cross-site.ts',
    edits: [['} else if (cookie !== undefined) refuse()', '}']],
    caughtBy: [crossSite],
  },
  {
    bug: 'a sibling domain may change things',
    file: 'backend/http/cross-site.ts',
    edits: [["if (site !== 'same-origin' && site !== 'none') refuse()", "if (site === 'cross-site') refuse()"]],
    caughtBy: [crossSite],
  },
  {
    bug: 'any Origin may change things',
    file: 'backend/http/cross-site.ts',
    edits: [['|| !caller.hosts(request).includes(new URL(origin).host)) refuse()', ') refuse()']],
    caughtBy: [crossSite],
  },
  {
    bug: 'the page of another website opens a live line',
    file: 'backend/app/live.ts',
    edits: [['return new URL(origin).host === host ||', 'return true ||']],
    caughtBy: ['backend/http/live.test.ts'],
  },
  {
    bug: 'a caller says for itself from which address it comes',
    file: 'backend/http/caller.ts',
    edits: [['chain.at(-1 - Math.min(trustedProxies, chain.length - 1))', 'chain.at(0)']],
    caughtBy: ['backend/http/server.test.ts'],
  },
  {
    bug: 'a wrong password of the installation is not counted',
    file: 'backend/http/app-password.ts',
    edits: [['    await failures.penalty(network)\n', '']],
    caughtBy: ['backend/http/app-password.test.ts'],
  },
  {
    bug: 'the cookie of the installation password needs no signature',
    file: 'backend/http/app-password.ts',
    edits: [['safeEqual(signature, signatureOf(expires)) && ', "signature !== '' && "]],
    caughtBy: ['backend/http/app-password.test.ts'],
  },
  {
    bug: 'a refusal in overload does not say when to come again',
    file: 'backend/http/refusal.ts',
    edits: [[", 'nosniff', 'retry-after', '1')", ", 'nosniff')"]],
    caughtBy: [overload],
  },
  {
    bug: 'signing in and sending are refused in overload like anything else',
    file: 'backend/http/kinds.ts',
    edits: [["if (vital.test(url) && (method === 'POST' || url.startsWith('/api/auth/'))) return 'vital'\n", '\n']],
    caughtBy: [overload],
  },
  {
    bug: 'nobody is sent away from a line, however long it stands',
    file: 'backend/http/line.ts',
    edits: [
      ['const late = [...waiting].filter(([, until]) => until <= now).map(([one]) => one)', 'const late: One[] = []'],
    ],
    caughtBy: [overload],
  },
  {
    bug: 'a place is not given back',
    file: 'backend/http/overload.ts',
    edits: [['        places.count(one, -1)\n', '']],
    caughtBy: [overload],
  },
  {
    bug: 'one caller may have all places',
    file: 'backend/http/places.ts',
    edits: [["return (callers.get(caller) ?? 0) >= limits.caller ? 'caller' : undefined", 'return undefined']],
    caughtBy: [overload],
  },
]
