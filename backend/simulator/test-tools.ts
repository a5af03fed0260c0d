import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { SimulatorOptions } from './options.ts'
import type { Envelope, MessagesValue } from './payloads/envelope.ts'
import { type Simulator, startSimulator } from './simulator.ts'

interface Post {
  raw: Buffer
  headers: Record<string, string | string[] | undefined>
  body: Envelope
  at: number
}

export interface Receiver {
  url: string
  posts: Post[]
  /** Status for the next posts; when it is empty the answer is 200. */
  statuses: number[]
  /** Runs before the answer to a post. */
  answer?: () => Promise<void>
  challengeAnswer: (query: URLSearchParams) => { status: number; body: string }
  handshakes: URLSearchParams[]
  values(field?: string): object[]
  messages(): NonNullable<MessagesValue['messages']>
  reported(): NonNullable<MessagesValue['statuses']>
}

/** What a product does with webhooks, reduced to remembering them. */
export async function startReceiver(verifyToken = 'parley-verify'): Promise<Receiver> {
  const receiver: Receiver = {
    url: '',
    posts: [],
    statuses: [],
    handshakes: [],
    challengeAnswer: (query) =>
      query.get('hub.verify_token') === verifyToken
        ? { status: 200, body: query.get('hub.challenge') ?? '' }
        : { status: 403, body: 'no' },
    values: (field) =>
      receiver.posts.flatMap((post) =>
        post.body.entry.flatMap((entry) =>
          (entry.changes ?? [])
            .filter((change) => field === undefined || change.field === field)
            .map((change) => change.value),
        ),
      ),
    messages: () => receiver.values('messages').flatMap((value) => (value as MessagesValue).messages ?? []),
    reported: () => receiver.values('messages').flatMap((value) => (value as MessagesValue).statuses ?? []),
  }
  const server = createServer((request, response) => {
    if (request.method === 'GET') {
      const query = new URL(request.url ?? '', 'http://receiver').searchParams
      receiver.handshakes.push(query)
      const answer = receiver.challengeAnswer(query)
      response.writeHead(answer.status).end(answer.body)
      return
    }
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', async () => {
      await receiver.answer?.()
      const status = receiver.statuses.shift() ?? 200
      const raw = Buffer.concat(chunks)
      if (status === 200) receiver.posts.push({ raw, headers: request.headers, body: parse(raw), at: Date.now() })
      response.writeHead(status).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook`
  return receiver
}

function parse(raw: Buffer): Envelope {
  try {
    return JSON.parse(raw.toString()) as Envelope
  } catch {
    return { object: 'whatsapp_business_account', entry: [] }
  }
}

interface Answer {
  status: number
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers of every shape
  body: any
}

export interface Stage {
  simulator: Simulator
  receiver: Receiver
  graph(method: string, path: string, body?: object, token?: string): Promise<Answer>
  /** POST /{phone number}/messages with `messaging_product` and a recipient filled in. */
  send(message: object): Promise<Answer>
}

export async function setStage(options: SimulatorOptions = {}): Promise<Stage> {
  const receiver = await startReceiver()
  // One post at a time, so that webhooks arrive in the order they were made and tests may say so.
  const behaviour = { ...options.behaviour, delivery: { parallel: 1, ...options.behaviour?.delivery } }
  const simulator = await startSimulator({ webhookUrl: receiver.url, seed: 1, ...options, behaviour })
  onTestFinished(() => simulator.close())
  const { accessToken, phoneNumberId } = simulator.credentials
  const graph: Stage['graph'] = async (method, path, body, token = accessToken) => {
    const response = await fetch(`${simulator.url}/v25.0${path}`, {
      method,
      headers: {
        ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await response.text()
    return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text }
  }
  return {
    simulator,
    receiver,
    graph,
    send: (message) =>
      graph('POST', `/${phoneNumberId}/messages`, { messaging_product: 'whatsapp', to: '+491701234567', ...message }),
  }
}

export const hello = { type: 'text', text: { body: 'Hello' } }
