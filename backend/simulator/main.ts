import { parseArgs } from 'node:util'
import type { SimulatorOptions } from './options.ts'
import { type Simulator, startSimulator } from './simulator.ts'

const HELP = `A Meta on this machine: WhatsApp's Graph API and its webhooks, for trying and testing.

  --port <n>            where to listen                          [PORT or 4010]
  --host <address>      [127.0.0.1]
  --webhook-url <url>   where webhooks go                        [WEBHOOK_URL or http://127.0.0.1:3000/api/webhooks/meta]
  --app-secret <text>   signs the webhooks                       [APP_SECRET]
  --verify-token <text> for the handshake                        [VERIFY_TOKEN]
  --access-token <text> the token Parley sends with              [ACCESS_TOKEN]
  --accounts <n>        business accounts                        [1]
  --phone-numbers <n>   numbers of each                          [1]
  --window <mode>       off, reject or status: the 24 h rule     [off]
  --limits              80 messages/s a number, 1 in 6 s to one user (burst 45)
  --fast                statuses and approvals without waiting
  --seed <n>            the same ids and the same chance again
  --quiet               no line per request
`

const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    host: { type: 'string' },
    'webhook-url': { type: 'string' },
    'app-secret': { type: 'string' },
    'verify-token': { type: 'string' },
    'access-token': { type: 'string' },
    accounts: { type: 'string' },
    'phone-numbers': { type: 'string' },
    window: { type: 'string' },
    limits: { type: 'boolean' },
    fast: { type: 'boolean' },
    seed: { type: 'string' },
    quiet: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  },
})

function readOptions(): SimulatorOptions {
  const env = process.env
  const window = values.window ?? 'off'
  if (window !== 'off' && window !== 'reject' && window !== 'status')
    throw new RangeError('--window is off, reject or status.')
  return {
    port: wholeNumber('--port', values.port ?? env['PORT'] ?? '4010'),
    host: values.host,
    webhookUrl: values['webhook-url'] ?? env['WEBHOOK_URL'] ?? 'http://127.0.0.1:3000/api/webhooks/meta',
    appSecret: values['app-secret'] ?? env['APP_SECRET'],
    verifyToken: values['verify-token'] ?? env['VERIFY_TOKEN'],
    accessToken: values['access-token'] ?? env['ACCESS_TOKEN'],
    accounts: values.accounts === undefined ? undefined : wholeNumber('--accounts', values.accounts),
    phoneNumbers:
      values['phone-numbers'] === undefined ? undefined : wholeNumber('--phone-numbers', values['phone-numbers']),
    seed: values.seed === undefined ? undefined : wholeNumber('--seed', values.seed),
    behaviour: {
      window,
      ...(values.limits ? { limits: { perSecond: 80, pairEveryMs: 6000 } } : {}),
      ...(values.fast
        ? {}
        : { statuses: { sent: 300, delivered: 900, read: 2500, played: 4000 }, templateReview: { afterMs: 5000 } }),
      delivery: { retryAfterMs: [1000, 2000, 5000, 10_000, 30_000, 60_000, 120_000, 300_000] },
    },
    log: values.quiet ? undefined : (line) => console.log(line),
  }
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 0) throw new RangeError(`${name} needs a whole number, not "${text}".`)
  return number
}

function introduce(simulator: Simulator): string {
  const { credentials, world } = simulator
  const [app] = world.apps.values()
  const templates = [...world.templates.values()].filter(
    (one) => one.status === 'APPROVED' && one.accountId === credentials.businessAccountId,
  )
  return `
Meta simulator on ${simulator.url}

Start Parley with
  WHATSAPP_GRAPH_URL=${simulator.url}

and connect a channel with
  Business phone        ${credentials.businessPhone}
  Phone number ID       ${credentials.phoneNumberId}
  Business account ID   ${credentials.businessAccountId}
  Access token          ${credentials.accessToken}
  App ID                ${credentials.appId}
  App secret            ${credentials.appSecret}
  Verify token          ${credentials.verifyToken}

Webhooks go to          ${app?.subscription?.callbackUrl}
Approved templates      ${templates.map((one) => `${one.name} (${one.language})`).join(', ')}
${world.phoneNumbers.size > 1 ? `Numbers                 ${[...world.phoneNumbers.values()].map((one) => `${one.id} of ${one.accountId}`).join('\n                        ')}\n` : ''}
A customer says hello:
  curl ${simulator.url}/_sim/inbound -H 'content-type: application/json' -d '{"from":"+491701234567","name":"Ada","text":"Hello!"}'
More in backend/simulator/README.md.
`
}

if (values.help) {
  console.log(HELP)
} else {
  const simulator = await startSimulator(readOptions())
  console.log(introduce(simulator))
  const stop = () => void simulator.close().then(() => process.exit(0))
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}
