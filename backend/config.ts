import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as z from 'zod'
import { readNetworks } from './platform/public-address.ts'

const root = resolve(import.meta.dirname, '..')

/** Values that examples and tutorials are full of, ours included: whoever reads those could open the door. */
const samples = new Set(
  `secret mysecret supersecret topsecret password mypassword passw0rd password1 password123 changeme changethis letmein
  admin administrator default example sample token mytoken apikey qwertyuiop 1234567890 0123456789abcdef jwtsecret
  429683c4c977415caafcce10f7d57e11 sevenotterssing alongsentencenobodyelseknows`.split(/\s+/),
)

function isSample(value: string): boolean {
  const bare = value.toLowerCase().replace(/[^a-z0-9]/g, '')
  const isPlaceholder = /^<.*>$/.test(value) || /^(your|change).*(here|secret|token|key|password|code)$/.test(bare)
  return isPlaceholder || samples.has(bare) || /^(.{1,16}?)\1+$/.test(value) || '1234567890123456789'.includes(value)
}

const whole = (min: number, max: number) => z.string().regex(/^\d+$/).transform(Number).pipe(z.int().min(min).max(max))
const secret = (length: number) =>
  z
    .string()
    .min(length)
    .refine((value) => !isSample(value))
const address = (...protocols: string[]) =>
  z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), { abort: true })
const CleanLine = z.string().regex(/^[^\r\n@]*[^\s@]@[^\s@]+$/)
/** Scheme, host and port; a path would be lost in the links made from it. */
const origin = address('http:', 'https:')
  .refine((value) => new URL(value).pathname === '/' && !new URL(value).search)
  .transform((value) => new URL(value).origin)

/**
 * Every variable, declared once: what it is for, what it expects, its default. `.env.example` is made from this
 * (`node scripts/env-example.ts`). A heading begins a group.
 */
export const settings = z.object({
  PORT: whole(0, 65535).prefault('3000').meta({
    heading: 'Where Parley listens',
    sentence: 'The port of the dashboard, the API and the webhooks.',
    expects: 'a port number from 0 to 65535',
  }),
  HOST: z.string().prefault('0.0.0.0').meta({
    sentence: 'The address to listen on. 127.0.0.1 is reachable from this machine only.',
    expects: 'an IP address or a host name',
  }),
  PUBLIC_URL: origin.optional().meta({
    sentence:
      'How the world reaches Parley. Meta calls webhooks there, and with https cookies travel through TLS only.',
    expects: 'an address with http:// or https:// and without a path',
    example: 'https://crm.example.com',
  }),
  TRUSTED_PROXIES: whole(0, 10).prefault('0').meta({
    sentence:
      'How many reverse proxies of yours stand in front. Their X-Forwarded-* headers are believed, nobody else’s.',
    expects: 'a number from 0 to 10',
  }),

  MAX_CONNECTIONS: whole(10, 100_000).prefault('5000').meta({
    sentence:
      'Connections at once, live ones included. Beyond it the one that was idle longest makes room for the next.',
    expects: 'a number from 10 to 100000',
  }),

  DATA_FILE_PATH: z.string().refine(isOnDisk).prefault('data/parley.json').meta({
    heading: 'Where the data lives',
    sentence: 'The JSON store. Its journal and snapshots, the media and the generated encryption key stand beside it.',
    expects: 'the path of a file on a disk, so not below /proc or /sys',
  }),
  DATABASE_URL: address('postgres:', 'postgresql:').optional().meta({
    sentence: 'A PostgreSQL database, instead of the JSON store.',
    expects: 'an address like postgres://user:password@host:5432/database',
    example: 'postgres://parley:password@localhost:5432/parley',
  }),
  DATABASE_POOL_SIZE: whole(2, 200).prefault('10').meta({
    sentence: 'Connections of this process to PostgreSQL.',
    expects: 'a number from 2 to 200',
  }),

  REGISTRATION: z.enum(['closed', 'open']).prefault('closed').meta({
    heading: 'Who may come in',
    sentence: 'Whether strangers may open a workspace of their own. The very first one is made with the set-up code.',
    expects: 'closed or open',
  }),
  SETUP_CODE: secret(6).optional().meta({
    sentence: 'The code for the very first registration, instead of the one printed at start.',
    expects: 'at least 6 characters that are no well-known sample',
    example: 'seven-otters-sing',
  }),
  METRICS_TOKEN: secret(16).optional().meta({
    sentence:
      'Whoever sends it as `Authorization: Bearer …` may read /metrics; without it, only programs on this machine.',
    expects: 'at least 16 characters that are no well-known sample',
    example: 'a-long-random-token-for-prometheus',
  }),
  APP_PASSWORD: secret(8).optional().meta({
    sentence: 'One more password in front of everything but webhooks and health (header X-App-Password, or a form).',
    expects: 'at least 8 characters that are no well-known sample',
    example: 'a long sentence nobody else knows',
  }),
  SESSION_IDLE_HOURS: whole(1, 720).prefault('24').meta({
    sentence: 'Someone who did nothing for this long signs in again.',
    expects: 'a number of hours from 1 to 720',
  }),
  SESSION_MAX_DAYS: whole(1, 365).prefault('30').meta({
    sentence: 'Everyone signs in again after this long.',
    expects: 'a number of days from 1 to 365',
  }),
  ENCRYPTION_KEY: z
    .string()
    .transform((value) => value.split(',').map((key) => key.trim()))
    .pipe(z.array(secret(32)))
    .optional()
    .meta({
      sentence:
        'Seals access tokens and app secrets in the store. Without it a key file is made beside the data. To change it, write the new key, a comma, and the old one.',
      expects: 'at least 32 random characters (openssl rand -base64 32), several keys with commas between',
      example: '<openssl rand -base64 32>',
    }),

  SMTP_URL: address('smtp:', 'smtps:').optional().meta({
    heading: 'Mail',
    sentence:
      'The mail server that sends links for forgotten passwords and invitations. Without it the links are shown and logged. Needs PUBLIC_URL, which the links begin with.',
    expects: 'an address like smtps://user:password@mail.example.com',
    example: 'smtps://parley:password@mail.example.com',
  }),
  MAIL_FROM: CleanLine.prefault('Parley <parley@localhost>').meta({
    sentence: 'Who the mails come from.',
    expects: 'an e-mail address, with or without a name before it',
    example: 'Corner Shop <hello@example.com>',
  }),

  WHATSAPP_APP_SECRET: secret(8).optional().meta({
    heading: 'WhatsApp',
    sentence: 'The app secret that signs webhooks, for channels without one of their own.',
    expects: 'the app secret from the settings of your app at Meta',
    example: '<App settings, Basic, App secret>',
  }),
  WHATSAPP_VERIFY_TOKEN: secret(6).optional().meta({
    sentence: 'What Meta must show when it confirms the webhook address, for channels without a verify token.',
    expects: 'at least 6 characters that are no well-known sample',
    example: '<any words you also enter at Meta>',
  }),
  WHATSAPP_GRAPH_URL: address('http:', 'https:').prefault('https://graph.facebook.com').meta({
    sentence: 'Where the Graph API is. Point it at the simulator to try things without Meta.',
    expects: 'an address with http:// or https://',
  }),
  WHATSAPP_GRAPH_VERSION: z
    .string()
    .regex(/^v\d{1,3}\.\d$/)
    .prefault('v25.0')
    .meta({
      sentence: 'The version of the Graph API.',
      expects: 'a version like v25.0',
    }),

  FOLLOW_UP_INTERVAL_MS: whole(0, 3_600_000).prefault('60000').meta({
    heading: 'Behaviour',
    sentence: 'How often chats that wait for a follow-up are looked for. 0 turns follow-ups off.',
    expects: 'milliseconds from 0 to 3600000',
  }),
  WEBHOOK_ALLOWED_NETWORKS: z
    .string()
    .transform((value) => readNetworks(value))
    .pipe(z.array(z.string()))
    .optional()
    .meta({
      sentence:
        'Networks of your own that web addresses in rules may lead to, in every workspace. Without it they reach public addresses only.',
      expects: 'networks like 10.20.0.0/16, several with commas between',
      example: '10.20.0.0/16,fd00:1234::/32',
    }),
  PRACTICE_REPLY_DELAY_MS: whole(0, 60_000).prefault('1500').meta({
    sentence: 'How long the practice customer thinks before answering.',
    expects: 'milliseconds from 0 to 60000',
  }),
  MAX_UPLOAD_MB: whole(1, 100).prefault('100').meta({
    sentence: 'The largest file that may be uploaded. WhatsApp takes at most 100 MB.',
    expects: 'megabytes from 1 to 100',
  }),
  MEDIA_QUOTA_MB: whole(0, 10_000_000).prefault('0').meta({
    sentence: 'How much room the files of one workspace may take together. 0 lets them take what there is.',
    expects: 'megabytes from 0 to 10000000',
  }),
  SHUTDOWN_DELAY_MS: whole(0, 60_000).prefault('0').meta({
    sentence: 'How long /readyz says no before the server stops, so that a load balancer notices. 5000 suits most.',
    expects: 'milliseconds from 0 to 60000',
  }),

  NODE_ENV: z.enum(['production', 'development', 'test']).prefault('production').meta({
    heading: 'For operators and developers',
    sentence: 'development prints readable logs.',
    expects: 'production, development or test',
  }),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).prefault('info').meta({
    sentence: 'The least important line that is still written.',
    expects: 'debug, info, warn, error or silent',
  }),
})

/** The settings, and what follows from them. */
export type Config = Readonly<
  z.output<typeof settings> & {
    /** `file:///…/parley.json`, or the database. */
    storeUrl: string
    /** Where the JSON data, the media and the generated encryption key live. */
    dataFolder: string
    /** The browser reaches Parley through TLS, so cookies are Secure. */
    isHttps: boolean
  }
>

/** Every problem at once, one line each: the variable and what it expects. The value is left out, it may be a secret. */
export class ConfigError extends Error {
  override name = 'ConfigError'

  constructor(problems: readonly string[]) {
    super(`The configuration is not valid:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
  }
}

/** The system answers there in its own ways: a lock that is waited for never comes. */
function isOnDisk(path: string): boolean {
  return !/^\/(proc|sys)(\/|$)/.test(resolve(root, path))
}

type Environment = { [name: string]: string | undefined }

export function loadConfig(environment: Environment): Config {
  const given: Environment = {}
  // A line like `DATABASE_URL=` in a .env file means that the variable is not set.
  for (const name in settings.shape) if (environment[name]?.trim()) given[name] = environment[name].trim()
  const { success, data, error } = settings.safeParse(given)
  if (!success) throw new ConfigError([...new Set(error.issues.map(({ path }) => expectation(String(path[0]))))])
  // The name of the host a browser asked for could be a trap: a link that is mailed to somebody never begins with it.
  if (data.SMTP_URL && !data.PUBLIC_URL) throw new ConfigError([expectation('PUBLIC_URL', ' when SMTP_URL is set')])
  const dataFile = resolve(root, data.DATA_FILE_PATH)
  return Object.freeze({
    ...data,
    storeUrl: data.DATABASE_URL ?? pathToFileURL(dataFile).href,
    dataFolder: dirname(dataFile),
    isHttps: data.PUBLIC_URL?.startsWith('https:') ?? false,
  })
}

function expectation(name: string, when = ''): string {
  const { expects } = settings.shape[name as keyof typeof settings.shape].meta() as { expects: string }
  return `${name} expects ${expects}${when}.`
}

/** What sysexits.h has for a wrong configuration: starting again cannot help. */
const wrongConfiguration = 78

/** For `main.ts`: the environment and the `.env` file beside package.json; what is in the environment wins. */
export function readConfig(): Config {
  const file = resolve(root, '.env')
  if (existsSync(file)) process.loadEnvFile(file)
  try {
    return loadConfig(process.env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    console.error(`${error.message}\nParley did not start. Every variable is explained in .env.example.`)
    process.exit(wrongConfiguration)
  }
}
