import { dirname } from 'node:path'
import type { AppStore, Message } from '../../backend/model/index.ts'
import { checkAll } from '../../scripts/backup-tools.ts'
import type { Entry } from './client.ts'
import type { Load } from './load.ts'
import type { Stage } from './stage.ts'

/** Sends that one program has under way at the same time, at most. */
const sendsAtOnce = 10

type Facts = { store: AppStore; ledger: readonly Entry[]; load: Load; kills: number }

/** What clients were told, what the store has and what the simulator saw must be one story. */
export async function audit(stage: Stage, facts: Facts): Promise<string[]> {
  const messages = await readAll(facts.store, 'messages')
  const problems = [
    ...(await compareWithClients(facts, messages)),
    ...compareWithCustomers(facts.load, messages),
    ...compareWithSimulator(stage, messages, facts.kills),
    ...checkOrder(stage, messages),
    ...(await checkWebhooks(facts.store)),
  ]
  const { storeUrl, dataFile } = stage
  await checkAll({ storeUrl, dataFolder: dirname(dataFile) }, (problem) => problems.push(`fsck: ${problem}`))
  return problems
}

/** Acknowledged means there, once and as it was answered; refused means not there; in doubt means at most once. */
async function compareWithClients({ store, ledger }: Facts, messages: readonly Message[]): Promise<string[]> {
  const found = await countMarkers(store, messages)
  const problems: string[] = []
  for (const { kind, marker, answer, tries } of ledger) {
    if (kind === 'bulk' || kind === 'tag') continue
    const count = found.get(`${kind} ${marker}`)?.length ?? 0
    const wanted = answer ? (answer.status < 300 ? [1] : [0]) : [0, 1]
    const said = answer ? `${answer.status} ${answer.body.error?.code ?? ''}` : 'no answer'
    if (!wanted.includes(count))
      problems.push(`${kind} ${marker}: ${said} after ${tries} tries, and ${count} in the store`)
    const id = answer && answer.status < 300 ? (answer.body.data as { id: string }).id : undefined
    if (id && !found.get(`${kind} ${marker}`)?.includes(id))
      problems.push(`${kind} ${marker}: ${id} is not in the store`)
    found.delete(`${kind} ${marker}`)
  }
  for (const [marker, ids] of found) problems.push(`nobody asked for ${marker}: ${ids.join(', ')}`)
  return [...problems, ...(await compareChanges(store, ledger))]
}

async function countMarkers(store: AppStore, messages: readonly Message[]): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>()
  const note = (kind: string, marker: unknown, id: string) => {
    if (!/^t\d+$/.test(String(marker))) return
    found.set(`${kind} ${String(marker)}`, [...(found.get(`${kind} ${String(marker)}`) ?? []), id])
  }
  const planned = new Set<string>()
  for (const row of await readAll(store, 'scheduledMessages')) {
    note('scheduled', (row.message.content as { text: string }).text, row.id)
    if (row.messageId) planned.add(row.messageId)
  }
  for (const row of messages) if (!planned.has(row.id)) note('message', textOf(row), row.id)
  for (const row of await readAll(store, 'reminders')) note('reminder', row.note, row.id)
  for (const row of await readAll(store, 'leads')) note('lead', row.title, row.id)
  for (const row of await readAll(store, 'threadEntries')) note('note', row.text, row.id)
  for (const row of await readAll(store, 'contacts')) note('contact', row.name, row.id)
  const known = new Set(messages.map(({ id }) => id))
  for (const id of planned) if (!known.has(id)) found.set(`the planned message ${id}`, ['it is gone'])
  return found
}

/** The last tag that was acknowledged, or a later one nobody knows about; bulk actions that came to their end. */
async function compareChanges({ system }: AppStore, ledger: readonly Entry[]): Promise<string[]> {
  const problems: string[] = []
  for (const [path, entries] of Map.groupBy(ledger, ({ path }) => path)) {
    const tags = entries.filter(({ kind }) => kind === 'tag')
    const last = tags.findLastIndex(({ answer }) => answer?.status === 200)
    if (last < 0) continue
    const chat = await system.conversations.get(path.split('/')[3]!)
    const allowed = tags.slice(last).map(({ marker }) => marker)
    if (!allowed.includes(chat?.tags[0] ?? '')) problems.push(`${path} has the tag ${chat?.tags[0]}, not ${allowed[0]}`)
  }
  for (const { kind, marker, answer } of ledger) {
    if (kind !== 'bulk' || answer?.status !== 202) continue
    const action = await system.bulkActions.get((answer.body.data as { id: string }).id)
    if (action?.state !== 'done' || action.done !== action.total)
      problems.push(`bulk ${marker} is ${action?.state}: ${action?.done} of ${action?.total}`)
  }
  return problems
}

function compareWithCustomers({ written, askers }: Load, messages: readonly Message[]): string[] {
  const inbound = Map.groupBy(
    messages.filter(({ direction }) => direction === 'inbound'),
    textOf,
  )
  const lost = written.filter((marker) => inbound.get(marker)?.length !== 1)
  const answers = messages.filter(({ source }) => source === 'automation')
  return [
    ...lost.map((marker) => `${marker} of a customer is there ${inbound.get(marker)?.length ?? 0} times`),
    ...(answers.length === askers.length ? [] : [`${askers.length} asked for the hours, ${answers.length} got them`]),
  ]
}

/** Nothing twice, nothing made up, every status applied, and in doubt only what was under way when a program died. */
function compareWithSimulator({ simulator }: Stage, messages: readonly Message[], kills: number): string[] {
  const problems: string[] = []
  const { accepted } = simulator.ledger
  const idOf = (opaque: string) => opaque.split('.')[1]!
  for (const [id, twice] of simulator.ledger.duplicates(idOf))
    problems.push(`${id} was accepted ${twice.length} times: ${twice.map(({ opaque }) => opaque).join(', ')}`)
  const wamids = new Map(accepted.map(({ opaque, wamid }) => [idOf(opaque!), wamid]))
  const outbound = messages.filter(({ direction }) => direction === 'outbound')
  for (const { id, status, providerMessageId, statusHistory } of outbound) {
    const wamid = wamids.get(id) ?? null
    wamids.delete(id)
    if (providerMessageId !== wamid) problems.push(`${id} has the id ${providerMessageId}, Meta gave it ${wamid}`)
    if (status !== (wamid ? 'read' : 'unknown'))
      problems.push(`${id}, ${wamid ? '' : 'not '}accepted, is ${status}: ${JSON.stringify(statusHistory)}`)
    const steps = statusHistory.map((step) => step.status)
    for (const step of wamid ? (['sent', 'delivered', 'read'] as const) : [])
      if (!steps.includes(step)) problems.push(`${id} never heard that it was ${step}`)
  }
  for (const id of wamids.keys()) problems.push(`${id} was accepted and is not in the store`)
  const refused = simulator.ledger.deliveries.filter(({ outcome }) => outcome !== 'acknowledged').length
  if (refused > 0) problems.push(`${refused} webhooks never got a 200`)
  const unknown = outbound.filter(({ status }) => status === 'unknown').length
  if (unknown > kills * sendsAtOnce) problems.push(`${unknown} in doubt after ${kills} kills`)
  return problems
}

async function checkWebhooks({ system }: AppStore): Promise<string[]> {
  const left = await system.webhookDeliveries.find({ where: { state: { not: 'done' } }, limit: 20 })
  const letters = await system.webhookDeadLetters.find({ where: { state: { not: 'resolved' } }, limit: 20 })
  return [
    ...left.map(({ id, state, summary }) => `the webhook ${id} (${summary}) is ${state}`),
    ...letters.map(({ kind, key, state, error }) => `${kind} ${key} is ${state}: ${error}`),
  ]
}

/** In each chat Meta accepted what was written in the order in which it was written. */
function checkOrder({ simulator }: Stage, messages: readonly Message[]): string[] {
  const byWamid = new Map(messages.map((message) => [message.providerMessageId, message]))
  const problems: string[] = []
  for (const [recipient, accepted] of Map.groupBy(simulator.ledger.accepted, (one) => one.recipient)) {
    const times = accepted.map(({ wamid }) => byWamid.get(wamid)?.sentAt ?? '')
    const broken = times.findIndex((time, index) => index > 0 && time < times[index - 1]!)
    if (broken > 0) problems.push(`to ${recipient}, ${times[broken]} went out after ${times[broken - 1]}`)
  }
  return problems
}

const textOf = ({ content }: Message): string => String((content as { text?: string }).text ?? '')

type Name = 'messages' | 'scheduledMessages' | 'reminders' | 'leads' | 'threadEntries' | 'contacts'
type Row<N extends Name> = Awaited<ReturnType<AppStore['system'][N]['find']>>[number]

async function readAll<N extends Name>(store: AppStore, name: N): Promise<Row<N>[]> {
  const rows: Row<N>[] = []
  const collection = store.system[name] as unknown as { find(query: object): Promise<Row<N>[]> }
  for (;;) {
    const last = rows.at(-1)
    const after = last ? { after: { value: last.id, id: last.id } } : {}
    const page = await collection.find({ sort: ['id', 'asc'], limit: 2000, ...after })
    rows.push(...page)
    if (page.length < 2000) return rows
  }
}
