import { afterEach, describe, expect, test } from 'vitest'
import type { Lead, LeadStage } from '../../contract/leads.ts'
import { day } from '../../platform/clock.ts'
import { openStores, openTestApp, register, type TestApp } from '../../test/world.ts'

const stores = await openStores()

describe.each(stores)('leads, on the $kind store', ({ databaseUrl }) => {
  let opened: TestApp
  afterEach(() => opened.close())

  async function open() {
    opened = await openTestApp({ databaseUrl: await databaseUrl() })
    const { body } = await opened.call('POST', '/api/contacts', { name: 'Ana Silva', phone: '+5511987654321' })
    const stages = await board()
    return {
      contactId: body.data.id as string,
      stages,
      stage: (name: string) => stages.find((s) => s.name === name)!.id,
    }
  }
  const board = async (): Promise<(LeadStage & { count: number; value: number; currency: string })[]> =>
    (await opened.call('GET', '/api/lead-stages')).body.data.stages
  const add = async (body: object): Promise<Lead> => (await opened.call('POST', '/api/leads', body)).body.data
  const change = (id: string, body: object) => opened.call('PATCH', `/api/leads/${id}`, body)
  const list = async (query = ''): Promise<Lead[]> => (await opened.call('GET', `/api/leads?${query}`)).body.data.leads
  const titles = async (stageId: string) =>
    (await list(`sort=position&limit=100&stageId=${stageId}`)).map(({ title }) => title)

  test('a new lead stands last in the first stage and carries the name of its contact', async () => {
    const { contactId, stage } = await open()
    await add({ contactId, title: 'Cake' })
    const lead = await add({ contactId, value: 120.5, currency: 'EUR' })
    expect(lead).toMatchObject({
      title: 'Ana Silva',
      contactName: 'Ana Silva',
      stageId: stage('New'),
      status: 'open',
      value: 120.5,
      closedAt: null,
    })
    expect(await titles(stage('New'))).toEqual(['Cake', 'Ana Silva'])
  })

  test('a lead is read, changed and removed, and what changed is in its history with who did it', async () => {
    const { contactId } = await open()
    const { id } = await add({ contactId, title: 'Cake' })
    const me = (await opened.call('GET', '/api/auth/me')).body.data.user
    await change(id, { title: 'Wedding cake', value: 900, ownerId: me.id })
    const { body } = await opened.call('GET', `/api/leads/${id}`)
    expect(body.data).toMatchObject({ title: 'Wedding cake', value: 900, ownerId: me.id })
    const seen = body.data.history.map(({ field, before, after, userId }: Record<string, unknown>) => [
      field,
      before,
      after,
      userId,
    ])
    expect(seen).toContainEqual(['title', 'Cake', 'Wedding cake', me.id])
    expect(seen).toContainEqual(['value', null, 900, me.id])
    expect((await opened.call('DELETE', `/api/leads/${id}`)).status).toBe(200)
    expect((await opened.call('GET', `/api/leads/${id}`)).body.error.code).toBe('lead.not_found')
    expect((await opened.call('DELETE', `/api/leads/${id}`)).body.error.code).toBe('lead.not_found')
  })

  test('lost or won keeps the reason and the moment; opened again, both are gone', async () => {
    const { contactId, stage } = await open()
    const { id } = await add({ contactId })
    const lost = (await change(id, { stageId: stage('Lost'), closedReason: 'Too expensive' })).body.data
    expect(lost).toMatchObject({ status: 'lost', closedReason: 'Too expensive', closedAt: expect.any(String) })
    expect((await change(id, { value: 9 })).body.data).toMatchObject({ closedReason: 'Too expensive' })
    await opened.advance(day)
    const won = (await change(id, { stageId: stage('Won') })).body.data
    expect(won).toMatchObject({ status: 'won', closedReason: null })
    expect(won.closedAt > lost.closedAt).toBe(true)
    const why = (await change(id, { closedReason: 'Liked the tasting' })).body.data
    expect(why).toMatchObject({ status: 'won', closedReason: 'Liked the tasting', closedAt: won.closedAt })
    expect((await change(id, { closedReason: '' })).body.data).toMatchObject({ closedReason: null })
    const { history } = (await opened.call('GET', `/api/leads/${id}`)).body.data
    expect(history).toContainEqual(
      expect.objectContaining({ field: 'closedReason', before: null, after: 'Liked the tasting' }),
    )
    const again = (await change(id, { stageId: stage('New'), closedReason: 'nonsense' })).body.data
    expect(again).toMatchObject({ status: 'open', closedReason: null, closedAt: null })
  })

  test('a lead goes directly behind the one that is named, first with null, and last without', async () => {
    const { contactId, stage } = await open()
    const ids: Record<string, string> = {}
    for (const title of ['a', 'b', 'c']) ids[title] = (await add({ contactId, title })).id
    await change(ids['c']!, { after: ids['a'] })
    expect(await titles(stage('New'))).toEqual(['a', 'c', 'b'])
    await change(ids['b']!, { after: null })
    expect(await titles(stage('New'))).toEqual(['b', 'a', 'c'])
    await change(ids['b']!, { stageId: stage('Offer sent') })
    await change(ids['a']!, { stageId: stage('Offer sent') })
    expect(await titles(stage('Offer sent'))).toEqual(['b', 'a'])
    const elsewhere = await change(ids['c']!, { after: ids['a'] })
    expect(elsewhere.body.error.code).toBe('lead.not_found')
  })

  test('a place between two leads is found however often it is asked for', async () => {
    const { contactId, stage } = await open()
    const first = await add({ contactId, title: 'first' })
    const last = await add({ contactId, title: 'last' })
    let moving = last
    let other = await add({ contactId, title: 'other' })
    // Halving a gap sixty times is more than a floating point number has digits for.
    for (let turn = 0; turn < 60; turn++) {
      expect((await change(other.id, { after: first.id })).status).toBe(200)
      expect(await titles(stage('New'))).toEqual(['first', other.title, moving.title])
      ;[moving, other] = [other, moving]
    }
  })

  test('of many who move to the same place at once nobody is lost, and there is room between them afterwards', async () => {
    const { contactId, stage } = await open()
    const anchor = await add({ contactId, title: 'anchor' })
    const moved: Lead[] = []
    for (let count = 0; count < 6; count++) moved.push(await add({ contactId, title: `m${count}` }))
    await add({ contactId, title: 'end' })
    const answers = await Promise.all(moved.map(({ id }) => change(id, { after: anchor.id })))
    expect(answers.map(({ status }) => status)).toEqual(moved.map(() => 200))
    const order = await titles(stage('New'))
    expect(order.toSorted()).toEqual(['anchor', 'end', ...moved.map(({ title }) => title)].toSorted())
    expect(order[0]).toBe('anchor')
    const shown = await list(`sort=position&stageId=${stage('New')}`)
    await change(shown[5]!.id, { after: shown[2]!.id })
    expect((await titles(stage('New'))).indexOf(shown[5]!.title)).toBe(3)
  })

  test('ids of another workspace, and people who left, are unknown here', async () => {
    const { contactId } = await open()
    const { id } = await add({ contactId })
    const stranger = {
      workspaceName: 'Else',
      name: 'Eve',
      email: 'eve@example.com',
      password: 'many gates of old iron 5',
    }
    const cookie = await register(opened, stranger)
    const eve = (await opened.call('GET', '/api/auth/me', undefined, { cookie })).body.data.user
    const theirs = (await opened.call('GET', '/api/lead-stages', undefined, { cookie })).body.data.stages[0]
    const codeOf = async (answer: Promise<{ body: { error: { code: string } } }>) => (await answer).body.error.code
    expect(await codeOf(opened.call('POST', '/api/leads', { contactId }, { cookie }))).toBe('contact.not_found')
    expect(await codeOf(opened.call('GET', `/api/leads/${id}`, undefined, { cookie }))).toBe('lead.not_found')
    expect(await codeOf(opened.call('PATCH', `/api/leads/${id}`, { title: 'x' }, { cookie }))).toBe('lead.not_found')
    expect(await codeOf(change(id, { stageId: theirs.id }))).toBe('lead.stage_not_found')
    expect(await codeOf(change(id, { ownerId: eve.id }))).toBe('user.not_found')
    expect(await codeOf(opened.call('POST', '/api/leads', { contactId, conversationId: 'cnv_0' }))).toBe(
      'conversation.not_found',
    )
    expect(await list()).toHaveLength(1)
  })

  test('lists filter by owner, stage, status and contact, and find what has no next step', async () => {
    const { contactId, stage } = await open()
    const me = (await opened.call('GET', '/api/auth/me')).body.data.user
    const mine = await add({
      contactId,
      title: 'mine',
      ownerId: me.id,
      nextStep: 'Call',
      nextStepAt: '2026-12-01T09:00:00.000Z',
    })
    const free = await add({ contactId, title: 'free', value: 10 })
    await add({ contactId, title: 'won', stageId: stage('Won'), value: 30 })
    const found = async (query: string) => (await list(query)).map(({ title }) => title)
    expect(await found('ownerId=me')).toEqual(['mine'])
    expect((await found('ownerId=none')).toSorted()).toEqual(['free', 'won'])
    expect(await found('status=won')).toEqual(['won'])
    expect(await found('withoutNextStep=true')).toEqual(['free'])
    expect(await found('search=fre')).toEqual(['free'])
    expect(await found('sort=value')).toEqual(['won', 'free'])
    expect(await found('sort=next_step')).toEqual(['mine', expect.any(String), expect.any(String)])
    await change(free.id, { nextStep: 'Write', nextStepAt: '2026-12-02T09:00:00.000Z' })
    expect(await found('withoutNextStep=true')).toEqual([])
    await change(mine.id, { nextStep: null, nextStepAt: null })
    expect(await found('withoutNextStep=true')).toEqual(['mine'])
  })

  test('columns tell how many leads they hold and their sum in the currency most of them have', async () => {
    const { contactId, stage } = await open()
    for (const value of [10, 20.5]) await add({ contactId, value, currency: 'EUR' })
    await add({ contactId, value: 7, currency: 'USD' })
    await add({ contactId, value: 100, currency: 'EUR', stageId: stage('Won') })
    expect(await board()).toMatchObject([
      { name: 'New', count: 3, value: 30.5, currency: 'EUR' },
      { name: 'In conversation', count: 0, value: 0 },
      { name: 'Offer sent', count: 0 },
      { name: 'Won', count: 1, value: 100, currency: 'EUR' },
      { name: 'Lost', count: 0 },
    ])
  })
})
