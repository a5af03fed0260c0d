import type { Conversation } from '../../backend/model/index.ts'
import { day, iso, writeAll, type Shop } from './shop.ts'
import { makeText, tags } from './words.ts'

/** What stands beside the chats: notes, deals, the logs of a year, and the lists of the settings. */
export async function writeAround(shop: Shop): Promise<void> {
  const chats = await shop.store.conversations.find({ sort: ['lastMessageAt', 'desc'], limit: 20_000 })
  await writeNotes(shop, chats)
  await writeLeads(shop, chats)
  await writeNotifications(shop, chats)
  await writeRuns(shop, chats)
  await writeLogs(shop)
  await writeLists(shop)
}

const spread = <T>(shop: Shop, count: number, make: (index: number) => T, write: (rows: T[]) => Promise<unknown>) =>
  writeAll(
    Array.from({ length: count }, (_, index) => make(index)),
    async (part) => {
      // The rows of one part share a moment; a month goes by with all of them.
      shop.moveTo(shop.now - (shop.random.next() * 30 + 0.01) * day)
      await write(part)
      shop.moveTo(shop.now)
    },
    500,
  )

function writeNotes(shop: Shop, chats: readonly Conversation[]): Promise<void> {
  const { store, random, team, size } = shop
  const make = () => {
    const common = { conversationId: random.pickEarly(chats).id, userId: random.pick(team).id }
    if (random.chance(0.5)) return { ...common, kind: 'note' as const, text: makeText(random), mentions: [] }
    return { ...common, kind: 'status' as const, text: null, mentions: [], before: 'open', after: 'closed' }
  }
  return spread(shop, size.notes, make, (rows) => store.threadEntries.insertMany(rows))
}

async function writeLeads(shop: Shop, chats: readonly Conversation[]): Promise<void> {
  const { store, random, team, size } = shop
  const stages = await store.leadStages.find({ sort: ['position', 'asc'], limit: 50 })
  const make = (index: number) => {
    const { id, contactId, contactName } = random.pick(chats)
    const stage = random.pick(stages)
    const isPlanned = stage.kind === 'open' && random.chance(0.6)
    return {
      contactId,
      contactName,
      conversationId: id,
      title: makeText(random).slice(0, 60),
      stageId: stage.id,
      status: stage.kind,
      value: random.chance(0.8) ? random.between(20, 5000) : null,
      currency: 'EUR',
      ownerId: random.chance(0.8) ? random.pick(team).id : null,
      nextStep: isPlanned ? 'Call back' : null,
      nextStepAt: isPlanned ? iso(shop.now + random.between(-5, 20) * day) : null,
      closedAt: stage.kind === 'open' ? null : iso(shop.now - random.between(1, 300) * day),
      position: index,
    }
  }
  await spread(shop, size.leads, make, (rows) => store.leads.insertMany(rows))
}

function writeNotifications(shop: Shop, chats: readonly Conversation[]): Promise<void> {
  const { store, random, team, size } = shop
  const make = (index: number) => {
    const { id, contactName } = random.pick(chats)
    return {
      userId: team[index % 2]!.id,
      kind: 'mention' as const,
      key: `scale.${index}`,
      conversationId: id,
      contactName,
      preview: makeText(random),
      readAt: random.chance(0.9) ? iso(shop.now) : null,
      expiresAt: iso(shop.now + 60 * day),
    }
  }
  return spread(shop, size.notes / 20, make, (rows) => store.notifications.insertMany(rows))
}

function writeRuns(shop: Shop, chats: readonly Conversation[]): Promise<void> {
  const { store, random, size } = shop
  const make = (index: number) => {
    const { id, contactName } = random.pick(chats)
    return {
      kind: 'rule' as const,
      key: `scale.${index}`,
      name: 'Out of hours',
      conversationId: id,
      contactName,
      outcome: random.pick(['done', 'done', 'done', 'skipped', 'refused'] as const),
      reason: 'Somebody wrote outside the business hours.',
      actions: [{ kind: 'text', ok: true, detail: 'Sent' }],
      expiresAt: iso(shop.now + 60 * day),
    }
  }
  return spread(shop, size.runs, make, (rows) => store.automationRuns.insertMany(rows))
}

async function writeLogs(shop: Shop): Promise<void> {
  const { system, store, random, team, size, workspaceId } = shop
  const delivery = () => ({
    workspaceId,
    state: random.chance(0.002) ? ('failed' as const) : ('done' as const),
    claimedUntil: iso(shop.now),
    signedBy: 'installation',
    bytes: random.between(400, 900),
    items: 1,
    summary: '1 message',
  })
  await spread(shop, size.deliveries, delivery, (rows) => system.system.webhookDeliveries.insertMany(rows))
  const entry = () => {
    const { id, name } = random.pick(team)
    const action = random.pick(['session.started', 'session.ended', 'settings.changed', 'contact.merged'] as const)
    return { actorId: id, actorName: name, action, details: {}, ip: '192.0.2.7' }
  }
  await spread(shop, size.audit, entry, (rows) => store.auditEntries.insertMany(rows))
}

async function writeLists({ store, random, team, channels, now }: Shop): Promise<void> {
  const ten = <T>(count: number, make: (index: number) => T) => Array.from({ length: count }, (_, index) => make(index))
  await store.cannedReplies.insertMany(
    ten(300, (index) => ({
      shortcut: `reply-${index}`,
      text: makeText(random),
      ownerId: random.chance(0.3) ? team[0]!.id : null,
    })),
  )
  await store.savedViews.insertMany(
    ten(12, (index) => ({
      ownerId: team[0]!.id,
      name: `View ${index}`,
      filter: { tag: tags[index]! },
      shared: index % 2 === 0,
    })),
  )
  await store.segments.insertMany(
    ten(10, (index) => ({
      name: `Segment ${index}`,
      filter: {
        match: 'all' as const,
        conditions: [{ field: 'tag' as const, op: 'has' as const, value: tags[index]! }],
      },
      countedAt: iso(now),
    })),
  )
  await store.templates.insertMany(
    ten(200, (index) => ({
      businessAccountId: channels[0]!.businessAccountId ?? '200000000000002',
      name: `template_${String(index).padStart(3, '0')}`,
      language: 'en',
      category: 'UTILITY' as const,
      status: index % 3 === 0 ? 'PENDING' : 'APPROVED',
      parameterFormat: 'positional' as const,
      components: [{ type: 'BODY', text: makeText(random) }],
    })),
  )
  const chats = await store.conversations.find({ sort: ['lastMessageAt', 'desc'], limit: 500 })
  await store.reminders.insertMany(
    chats.map(({ id, contactName }, index) => ({
      userId: team[0]!.id,
      conversationId: id,
      contactName,
      note: 'Call back',
      dueAt: iso(now + (index - 100) * day * 0.1),
      state: index < 100 ? ('done' as const) : ('waiting' as const),
    })),
  )
  await store.scheduledMessages.insertMany(
    chats.map(({ id, contactName }, index) => ({
      conversationId: id,
      contactName,
      userId: team[0]!.id,
      message: { conversationId: id, type: 'text' as const, content: { text: 'Good morning!' } },
      sendAt: iso(now + (index + 1) * day * 0.1),
      state: 'waiting' as const,
    })),
  )
}
