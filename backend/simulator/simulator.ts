import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import type { Clock } from './clock.ts'
import { mountControl } from './control/control.ts'
import { type About, accountOf, emitField, fieldContextOf, numberOf } from './emit.ts'
import { errorForWebhook } from './errors/webhook-error.ts'
import type { FaultRule } from './faults/fault.ts'
import { flood, type FloodOptions, type FloodReport } from './flood.ts'
import { mountGraph } from './graph/graph.ts'
import { findTemplateByName, type Verdict, reviewTemplate } from './graph/templates/review.ts'
import { addTemplate } from './graph/templates/create.ts'
import { addToken } from './graph/tokens.ts'
import { type InboundOptions, receive, type Received } from './inbound.ts'
import type { Ledger } from './ledger.ts'
import { type Behaviour, type BehaviourChange, changeBehaviour, type SimulatorOptions } from './options.ts'
import type { ContentName, ContentParams } from './payloads/contents.ts'
import { type Change, messagesChange } from './payloads/envelope.ts'
import type { FieldName, FieldParams } from './payloads/fields.ts'
import { oddities, type OddityName } from './payloads/oddities.ts'
import type { StatusName } from './payloads/status.ts'
import { type RawPost, postRaw } from './raw.ts'
import { createSimulation } from './simulation.ts'
import { emitStatus, type StatusOptions } from './status.ts'
import type { Delivery } from './webhooks/delivery.ts'
import { verifyCallback } from './webhooks/handshake.ts'
import { type CustomerSpec, ensureCustomer } from './world/customers.ts'
import { DEFAULTS, subscriptionTo } from './world/defaults.ts'
import { type AccessToken, type Customer, digitsOf, type Template, type World } from './world/world.ts'

/** A running Meta. Everything a test needs to play the customer, the network and Meta's back office. */
export interface Simulator {
  /** Base URL: what WHATSAPP_GRAPH_URL is set to. */
  url: string
  port: number
  /** What to paste into Parley. */
  credentials: Credentials
  world: World
  behaviour: Behaviour
  ledger: Ledger
  clock: Clock
  configure(change: BehaviourChange): void
  /** Sets the app's callback URL with all fields ticked, without a handshake: for receivers that start after the simulator. */
  sendWebhooksTo(url: string): void
  /** Gets or makes a customer. */
  customer(reference: string | CustomerSpec): Customer
  /** A customer writes: any of `payloads/contents.ts` by name. */
  receive<N extends ContentName>(name: N, params?: ContentParams<N>, options?: InboundOptions): Received
  /** Any other webhook of `payloads/fields.ts` by name. */
  field<N extends FieldName>(name: N, params?: FieldParams<N>, about?: About): void
  status(wamid: string, status: StatusName, options?: StatusOptions): void
  /** `value.errors` without messages. */
  valueErrors(codes: readonly number[], about?: About): void
  /** A body that contradicts the reference, by its name in `payloads/oddities.ts`, at once. */
  odd(name: OddityName, about?: About): Promise<Delivery>
  /** A change of one's own making, through routing, batching and signing. */
  emit(change: Change): void
  /** Any bytes, signed or not, at once. */
  post(body: unknown, options?: RawPost): Promise<Delivery>
  /** Adds a fault; the answer is its number. Without `times` it strikes once. */
  fault(rule: FaultRule): number
  clearFaults(): void
  /** By id or name (the first language of it). */
  reviewTemplate(idOrName: string, verdict: Verdict): Template
  /** Adds a template that is approved at once. */
  addTemplate(given: Record<string, unknown>, accountId?: string): Template
  addToken(parts?: Partial<AccessToken>): AccessToken
  /** The handshake with the app's callback URL; throws what Graph would answer. */
  verifyWebhook(): Promise<void>
  /** A million items, shuffled and repeated. */
  flood(options: FloodOptions): Promise<FloodReport>
  /** Resolves when nothing is planned, collected or under way; rejects after `timeoutMs`. */
  settled(timeoutMs?: number): Promise<void>
  close(): Promise<void>
}

interface Credentials {
  graphUrl: string
  graphVersion: string
  appId: string
  appSecret: string
  verifyToken: string
  accessToken: string
  businessAccountId: string
  phoneNumberId: string
  businessPhone: string
}

export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { simulation, stop, unfinished } = createSimulation(options)
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  const server = createServer(app)
  const port = await listen(server, options.port ?? 0, options.host ?? '127.0.0.1')
  const url = (options.publicUrl ?? `http://${options.host ?? '127.0.0.1'}:${port}`).replace(/\/$/, '')
  simulation.baseUrl = () => url

  const simulator: Simulator = {
    url,
    port,
    credentials: credentialsOf(simulation.world, options, url),
    world: simulation.world,
    behaviour: simulation.behaviour,
    ledger: simulation.ledger,
    clock: simulation.clock,
    configure: (change) => changeBehaviour(simulation.behaviour, change),
    sendWebhooksTo(callbackUrl) {
      const app = simulation.world.apps.get(firstKey(simulation.world.apps))
      if (app) app.subscription = subscriptionTo(callbackUrl, options)
    },
    customer: (reference) => ensureCustomer(simulation.world, reference),
    receive: (name, params, inbound) => receive(simulation, name, params ?? {}, inbound),
    field: (name, params, about) => emitField(simulation, name, params ?? {}, about),
    status: (wamid, status, more) => emitStatus(simulation, wamid, status, more),
    valueErrors(codes, about = {}) {
      const context = fieldContextOf(simulation, about)
      simulation.outbox.publish(
        messagesChange(context.accountId, context.number, { errors: codes.map((code) => errorForWebhook(code)) }),
      )
    },
    odd: (name, about = {}) =>
      postRaw(simulation, oddities[name](fieldContextOf(simulation, about), simulation.ids.wamid('', 'in'))),
    emit: (change) => simulation.outbox.publish(change),
    post: (body, raw) => postRaw(simulation, body, raw),
    fault: (rule) => simulation.faults.add(rule),
    clearFaults: () => simulation.faults.clear(),
    reviewTemplate(idOrName, verdict) {
      const template = findTemplateByName(simulation.world, idOrName)
      reviewTemplate(simulation, template, verdict)
      return template
    },
    addTemplate(given, accountId) {
      const account = accountOf(simulation, accountId ?? numberOf(simulation, {}).accountId)
      const template = addTemplate(
        simulation,
        account,
        { language: 'en_US', category: 'UTILITY', ...given },
        { isReviewed: true },
      )
      return template
    },
    addToken: (parts) => addToken(simulation, { appId: firstKey(simulation.world.apps), ...parts }),
    async verifyWebhook() {
      const subscription = simulation.world.apps.get(firstKey(simulation.world.apps))?.subscription
      if (!subscription) throw new RangeError('The app has no callback URL.')
      await verifyCallback(subscription.callbackUrl, subscription.verifyToken)
    },
    flood: (floodOptions) => flood(simulation, floodOptions),
    settled: (timeoutMs) => untilSettled(unfinished, timeoutMs),
    async close() {
      stop()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  mountControl(app, simulation, simulator)
  mountGraph(app, simulation)
  return simulator
}

async function untilSettled(unfinished: () => Record<string, number>, timeoutMs = 10_000): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (Object.values(unfinished()).some((count) => count > 0)) {
    if (performance.now() > deadline) throw new Error(`The simulator did not settle: ${JSON.stringify(unfinished())}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port))
  })
}

function credentialsOf(world: World, options: SimulatorOptions, url: string): Credentials {
  const app = world.apps.get(firstKey(world.apps))
  const number = world.phoneNumbers.get(firstKey(world.phoneNumbers))
  return {
    graphUrl: url,
    graphVersion: 'v25.0',
    appId: app?.id ?? '',
    appSecret: app?.secret ?? '',
    verifyToken: options.verifyToken ?? DEFAULTS.verifyToken,
    accessToken: firstKey(world.tokens),
    businessAccountId: number?.accountId ?? '',
    phoneNumberId: number?.id ?? '',
    businessPhone: `+${digitsOf(number?.displayPhoneNumber ?? '')}`,
  }
}

const firstKey = (map: ReadonlyMap<string, unknown>): string => map.keys().next().value ?? ''
