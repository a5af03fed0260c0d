import { afterEach, describe, expect, test } from 'vitest'
import type { Message, WorkspaceStore } from '../../model/index.ts'
import { statusRank, type MessageStatus } from '../../contract/messages.ts'
import { day, hour } from '../../platform/clock.ts'
import { connectSimulator, openStores, openTestApp, type TestApp } from '../../test/world.ts'
import { changeMessage } from '../conversations/statuses.ts'
import { rollDays } from '../message-days/roll.ts'
import { startOfDay } from '../message-days/zone.ts'

const stores = await openStores()
const timeZone = 'America/New_York'

describe.each(stores)('analytics, on the $kind store', ({ databaseUrl }) => {
  let opened: TestApp
  let close = async () => {}
  afterEach(() => close())

  async function open() {
    opened = await openTestApp({ databaseUrl: await databaseUrl() })
    close = () => opened.close()
    const [workspace] = await opened.app.store.system.workspaces.find({ limit: 1 })
    const store = opened.app.store.workspace(workspace!.id)
    await store.workspaces.update(workspace!.id, { settings: { ...workspace!.settings, timeZone } })
    return { store, workspaceId: workspace!.id }
  }
  const roll = (store: WorkspaceStore) => rollDays(store, timeZone, opened.clock.now())
  const ask = async (what: string, days = 30) => {
    const { status, body } = await opened.call('GET', `/api/analytics/${what}?days=${days}`)
    expect(status).toBe(200)
    return body.data
  }

  /** Chats with messages at random moments of the last weeks, some of them at the edges of days. */
  async function fill(store: WorkspaceStore, seed: number, count: number) {
    const random = createRandom(seed)
    const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)]!
    const now = opened.clock.now().getTime()
    const channels: string[] = []
    for (const name of ['North', 'South']) channels.push(await newChannel(opened, name))
    const contacts = await store.contacts.insertMany(
      Array.from({ length: 6 }, (_, index) => ({
        displayName: `Customer ${index}`,
        tags: [],
        fields: {},
        optIn: { status: 'unknown' as const, at: null, source: null },
      })),
    )
    const conversations = await store.conversations.insertMany(
      contacts.map((contact, index) => ({
        channelId: channels[index % 2]!,
        contactId: contact.id,
        contactName: contact.displayName,
        status: pick(['open', 'closed'] as const),
        tags: pick([[], ['vip'], ['vip', 'fair']]),
        lastMessageAt: new Date(now - random() * 40 * day).toISOString(),
        needsReply: random() < 0.5,
      })),
    )
    const midnight = startOfDay('2026-11-01', timeZone).getTime()
    const moments = [midnight, midnight - 1, midnight + 25 * hour, midnight + 25 * hour - 1].filter((at) => at < now)
    await store.messages.insertMany(
      Array.from({ length: count }, (_, index) => {
        const conversation = pick(conversations)
        const inbound = random() < 0.5
        const status = inbound
          ? ('received' as const)
          : pick(['queued', 'sent', 'delivered', 'read', 'failed', 'not_sent', 'deleted'] as const)
        const answers = !inbound && random() < 0.4
        return {
          conversationId: conversation.id,
          channelId: conversation.channelId,
          contactId: conversation.contactId,
          direction: inbound ? ('inbound' as const) : ('outbound' as const),
          type: 'text' as const,
          content: { text: 'x' },
          status,
          rank: statusRank[status],
          statusHistory: [],
          providerMessageId: `wamid.${index}`,
          sentAt: new Date(moments[index] ?? now - Math.floor(random() * 70 * day)).toISOString(),
          reactions: [],
          source: inbound ? ('contact' as const) : ('user' as const),
          userId: inbound ? null : pick(['usr_a', 'usr_b']),
          pricing:
            !inbound && random() < 0.5 ? { category: pick(['service', 'marketing']), billable: random() < 0.5 } : null,
          ...(answers ? { answerSeconds: Math.floor(random() * 5000), isFirstAnswer: random() < 0.3 } : {}),
          searchText: 'x',
        }
      }),
    )
    return { contacts, channels }
  }

  async function expectExact(store: WorkspaceStore) {
    const messages = await store.messages.find({ limit: 10_000 })
    for (const days of [1, 7, 30])
      expect(await ask('overview', days)).toMatchObject(recount(messages, opened.clock.now(), days))
    const { channels } = await ask('channels')
    const from = Date.parse(recountFrom(opened.clock.now(), 30))
    for (const { channelId, received, sent } of channels) {
      const own = messages.filter(
        (one) => one.channelId === channelId && Date.parse(localOf(one.sentAt).slice(0, 10)) >= from,
      )
      expect({ received, sent }).toEqual({
        received: own.filter(({ direction }) => direction === 'inbound').length,
        sent: own.filter(({ direction }) => direction === 'outbound').length,
      })
    }
  }

  test.each([1, 2, 3])(
    'every figure is what a plain recount gives, before and after the days are kept (%i)',
    async (seed) => {
      const { store } = await open()
      await fill(store, seed, 400)
      await expectExact(store)
      await roll(store)
      expect(await store.messageDays.count()).toBeGreaterThan(50)
      await expectExact(store)
    },
  )

  test('a kept day follows late statuses, erased people and removed numbers at once', async () => {
    const { store, workspaceId } = await open()
    const { contacts, channels } = await fill(store, 4, 300)
    await roll(store)
    const old = (await store.messages.find({ where: { status: 'sent' }, sort: ['sentAt', 'asc'], limit: 8 })).filter(
      ({ sentAt }) => sentAt > new Date(opened.clock.now().getTime() - 60 * day).toISOString(),
    )
    const context = { store, workspaceId, now: opened.clock.now }
    for (const { id } of old)
      await changeMessage(context, id, () => ({ status: 'read' as MessageStatus, rank: statusRank.read }))
    expect(await store.messageDayMarks.count()).toBe(old.length)
    await expectExact(store)
    await roll(store)
    expect(await store.messageDayMarks.count()).toBe(0)
    await expectExact(store)
    for (const next of [`contacts/${contacts[0]!.id}`, `channels/${channels[1]}`]) {
      expect((await opened.call('DELETE', `/api/${next}`)).status).toBe(200)
      await expectExact(store)
      await Promise.all([roll(store), roll(store), roll(store)])
      await expectExact(store)
    }
  })

  test('the days of now follow every change between two questions, in one moment of the clock too', async () => {
    const { store } = await open()
    await fill(store, 5, 300)
    await roll(store)
    const expectWeek = async () =>
      expect(await ask('overview', 7)).toMatchObject(
        recount(await store.messages.find({ limit: 10_000 }), opened.clock.now(), 7),
      )
    const recent = async () =>
      store.messages.find({ where: { direction: 'outbound' }, sort: ['sentAt', 'desc'], limit: 3 })
    for (const status of ['sent', 'read', 'failed'] as const)
      for (const { id } of await recent()) {
        await expectWeek()
        await store.messages.update(id, { status })
      }
    await expectWeek()
    const [first, second, third] = (await recent()).map(({ id }) => id)
    await store.messages.update(first!, { pricing: { category: 'utility', billable: true } })
    await expectWeek()
    await store.messages.update(second!, { answerSeconds: 77, isFirstAnswer: true })
    await expectWeek()
    // One goes and another comes, so that their number stays.
    const { id: _id, ...gone } = (await store.messages.get(third!))!
    await store.messages.remove(third!)
    await store.messages.insert({ ...gone, providerMessageId: 'wamid.other', userId: 'usr_b', status: 'queued' })
    await expectWeek()
    // Much later, what changed before is no longer looked at.
    for (let times = 0; times < 3; times++) {
      opened.clock.advance(20 * 60_000)
      await store.messages.update(first!, { status: times % 2 ? 'sent' : 'delivered' })
      await expectWeek()
    }
    await store.messages.remove(second!)
    await expectWeek()
  })

  test('a mark that comes while days are counted outlives the count', async () => {
    const { store, workspaceId } = await open()
    await fill(store, 5, 200)
    await roll(store)
    const context = { store, workspaceId, now: opened.clock.now }
    const sent = await store.messages.find({ where: { status: 'sent' }, sort: ['sentAt', 'asc'], limit: 40 })
    await Promise.all([
      ...sent.map(({ id }) => changeMessage(context, id, () => ({ status: 'read', rank: statusRank.read }))),
      roll(store),
      roll(store),
    ])
    await expectExact(store)
    await roll(store)
    await expectExact(store)
    expect(await store.messageDayMarks.count()).toBe(0)
  })

  test('tags count the chats that were active, and people come with what is assigned to them', async () => {
    const { store } = await open()
    await fill(store, 6, 50)
    const since = new Date(opened.clock.now().getTime() - 20 * day).toISOString()
    const [conversation] = await store.conversations.find({ limit: 1 })
    const me = (await opened.call('GET', '/api/team')).body.data.members[0]
    await store.conversations.update(conversation!.id, { assignedTo: me.id, status: 'open', lastMessageAt: since })
    const active = (await store.conversations.find()).filter(
      ({ lastMessageAt }) => localOf(lastMessageAt).slice(0, 10) >= recountFrom(opened.clock.now(), 30),
    )
    for (const { tag, conversations, open: isOpen, waiting } of (await ask('tags')).tags) {
      const tagged = active.filter(({ tags }) => tags.includes(tag))
      expect({ conversations, isOpen, waiting }).toEqual({
        conversations: tagged.length,
        isOpen: tagged.filter(({ status }) => status !== 'closed').length,
        waiting: tagged.filter(({ needsReply }) => needsReply).length,
      })
    }
    expect((await ask('agents')).agents).toMatchObject([{ userId: me.id, assigned: { open: 1, pending: 0 } }])
  })

  test('the wait ends with the first answer of a person, and only that answer counts', async () => {
    const world = await connectSimulator({ databaseUrl: await databaseUrl() })
    opened = world.test
    close = world.close
    world.simulator.receive('text', { body: 'Hello?' }, { from: '5511987654321' } as never)
    await world.simulator.settled()
    await opened.settle()
    const [conversation] = (await opened.call('GET', '/api/conversations')).body.data.conversations
    await opened.advance(90_000)
    for (const text of ['Hi', 'How can I help?'])
      await opened.call('POST', '/api/messages', { conversationId: conversation.id, type: 'text', content: { text } })
    const { period } = await ask('overview')
    expect(period).toMatchObject({ received: 1, sent: 2, response: { count: 1 }, firstResponse: { count: 1 } })
    expect(period.response.median).toBeGreaterThanOrEqual(88)
    expect(period.response.median).toBeLessThan(120)
  })

  test('an agent sees no figures of the others', async () => {
    await open()
    const { body } = await opened.call('POST', '/api/team/invitations', { email: 'ana@example.com', role: 'agent' })
    const joined = await opened.call(
      'POST',
      '/api/invitations/accept',
      { token: body.data.link.split('#').at(-1), name: 'Ana', password: 'green boats on grey water 3' },
      { cookie: null },
    )
    const cookie = joined.headers.get('set-cookie')!.split(';')[0]!
    expect((await opened.call('GET', '/api/analytics/overview', undefined, { cookie })).status).toBe(403)
  })
})

test('a day begins when the clocks say so, also where midnight is skipped', () => {
  expect(startOfDay('2026-11-01', timeZone).toISOString()).toBe('2026-11-01T04:00:00.000Z')
  expect(startOfDay('2026-11-02', timeZone).toISOString()).toBe('2026-11-02T05:00:00.000Z')
  expect(startOfDay('2018-11-04', 'America/Sao_Paulo').toISOString()).toBe('2018-11-04T03:00:00.000Z')
  expect(startOfDay('2026-11-21', 'Asia/Kathmandu').toISOString()).toBe('2026-11-20T18:15:00.000Z')
})

async function newChannel({ call }: TestApp, name: string): Promise<string> {
  const { body } = await call('POST', '/api/channels', {
    name,
    businessPhone: name === 'North' ? '+5511987654321' : '+5511987654322',
  })
  return body.data.id
}

const localOf = (instant: string) => new Date(instant).toLocaleString('sv-SE', { timeZone })

function recountFrom(now: Date, days: number): string {
  const today = localOf(now.toISOString()).slice(0, 10)
  return new Date(Date.parse(today) - (days - 1) * day).toISOString().slice(0, 10)
}

/** The plain way: every message is looked at, one after the other. */
function recount(messages: readonly Message[], now: Date, days: number) {
  const from = recountFrom(now, days)
  const inPeriod = messages.filter(({ sentAt }) => localOf(sentAt).slice(0, 10) >= from)
  const sent = inPeriod.filter(({ direction }) => direction === 'outbound')
  const of = (...states: string[]) => sent.filter(({ status }) => states.includes(status)).length
  const share = (part: number, whole: number) => (whole ? part / whole : null)
  const waits = sent.flatMap(({ answerSeconds }) => answerSeconds ?? []).sort((a, b) => a - b)
  const at = (part: number) => waits[Math.ceil(waits.length * part) - 1] ?? null
  const today = localOf(now.toISOString()).slice(0, 10)
  return {
    totals: {
      received: messages.filter(({ direction }) => direction === 'inbound').length,
      sent: messages.filter(({ direction }) => direction === 'outbound').length,
    },
    sent: {
      today: sent.filter(({ sentAt }) => localOf(sentAt).startsWith(today)).length,
      month: messages.filter(
        ({ sentAt, direction }) => direction === 'outbound' && localOf(sentAt).startsWith(today.slice(0, 7)),
      ).length,
    },
    period: {
      received: inPeriod.length - sent.length,
      sent: sent.length,
      failed: of('failed'),
      deliveryRate: share(of('delivered', 'read'), of('sent', 'delivered', 'read', 'failed')),
      readRate: share(of('read'), of('delivered', 'read')),
      response: { count: waits.length, median: at(0.5), p90: at(0.9) },
      firstResponse: { count: sent.filter(({ isFirstAnswer }) => isFirstAnswer).length },
    },
    daily: Array.from({ length: days }, (_, index) => {
      const date = new Date(Date.parse(from) + index * day).toISOString().slice(0, 10)
      const own = inPeriod.filter(({ sentAt }) => localOf(sentAt).startsWith(date))
      const out = own.filter(({ direction }) => direction === 'outbound').length
      return { day: date, received: own.length - out, sent: out }
    }),
    hours: [...Map.groupBy(inPeriod, ({ sentAt }) => hourKey(sentAt))]
      .map(([key, own]) => {
        const out = own.filter(({ direction }) => direction === 'outbound').length
        const [weekday, hourOfDay] = key.split(' ').map(Number)
        return { weekday: weekday!, hour: hourOfDay!, received: own.length - out, sent: out }
      })
      .sort((a, b) => a.weekday - b.weekday || a.hour - b.hour),
    pricing: expect.arrayContaining(
      [
        ...Map.groupBy(
          sent.filter(({ pricing }) => pricing),
          ({ pricing }) => `${pricing!.category} ${pricing!.billable}`,
        ),
      ].map(([key, own]) => ({ category: key.split(' ')[0]!, billable: key.endsWith('true'), count: own.length })),
    ),
  }
}

function hourKey(sentAt: string): string {
  const local = localOf(sentAt)
  return `${new Date(`${local.slice(0, 10)}T00:00:00Z`).getUTCDay() || 7} ${Number(local.slice(11, 13))}`
}

function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}
