import { afterEach, describe, expect, test } from 'vitest'
import { openStores, openTestApp, type TestApp } from '../../test/world.ts'

const stores = await openStores()

describe.each(stores)('the first steps, on the $kind store', ({ databaseUrl }) => {
  let opened: TestApp
  afterEach(() => opened.close())

  const open = async () => (opened = await openTestApp({ databaseUrl: await databaseUrl(), practice: true }))
  const read = async () => (await opened.call('GET', '/api/first-run')).body.data
  const done = async (): Promise<string[]> =>
    (await read()).steps.filter((step: { done: boolean }) => step.done).map(({ key }: { key: string }) => key)

  test('a new workspace has everything before it', async () => {
    await open()
    expect(await read()).toMatchObject({ dismissed: false })
    expect(await done()).toEqual([])
  })

  test('a step is done when its result is there', async () => {
    await open()
    await opened.call('PATCH', '/api/workspace', { defaultCountry: 'BR', timeZone: 'America/Sao_Paulo' })
    expect(await done()).toEqual(['business'])
    const [conversation] = (await opened.call('GET', '/api/conversations')).body.data.conversations
    const answer = { conversationId: conversation.id, type: 'text', content: { text: 'Yes!' } }
    expect((await opened.call('POST', '/api/messages', answer)).status).toBe(201)
    expect(await done()).toEqual(['business', 'practice'])
    await opened.call('POST', '/api/team/invitations', { email: 'ana@example.com', role: 'agent' })
    const { body } = await opened.call('POST', '/api/contacts', { name: 'Ana', phone: '11987654321' })
    expect(body.data.phone).toBe('+5511987654321')
    expect(await done()).toEqual(['business', 'practice', 'invite', 'contacts'])
    await opened.call('POST', '/api/leads', { contactId: body.data.id })
    await opened.call('POST', '/api/first-run/samples')
    expect(await done()).toEqual(['business', 'practice', 'invite', 'contacts', 'template', 'lead'])
    await opened.call('POST', '/api/channels', {
      name: 'Shop',
      businessPhone: '+15550001111',
      phoneNumberId: '100000000000001',
      accessToken: 'a-token-of-this-test',
    })
    expect(await done()).toHaveLength(7)
  })

  test('the practice customer who was sent away needs no answer', async () => {
    await open()
    await opened.call('DELETE', '/api/practice')
    expect(await done()).toEqual(['practice'])
  })

  test('examples are added once, and what somebody changed stays', async () => {
    await open()
    const add = async () => (await opened.call('POST', '/api/first-run/samples')).body.data
    expect(await add()).toEqual({ cannedReplies: 3, templates: 3 })
    const [reply] = (await opened.call('GET', '/api/canned-replies')).body.data.cannedReplies
    await opened.call('PATCH', `/api/canned-replies/${reply.id}`, { text: 'Good morning!' })
    expect(await add()).toEqual({ cannedReplies: 0, templates: 0 })
    const after = (await opened.call('GET', '/api/canned-replies')).body.data.cannedReplies
    expect(after.find(({ id }: { id: string }) => id === reply.id).text).toBe('Good morning!')
  })

  test('every example is one that Meta would take', async () => {
    await open()
    await opened.call('POST', '/api/first-run/samples')
    const { templates } = (await opened.call('GET', '/api/templates')).body.data
    for (const { name, language, category, parameterFormat, components } of templates) {
      const draft = { name, language, category, parameterFormat, components }
      expect((await opened.call('POST', '/api/templates/check', draft)).body.data).toEqual({ problems: [] })
    }
    expect(templates).toHaveLength(3)
  })

  test('the list is put away for good, and the business keeps its other settings', async () => {
    await open()
    await opened.call('PATCH', '/api/settings/pipeline', { currency: 'BRL' })
    await opened.call('POST', '/api/first-run/dismiss')
    const saved = await opened.call('PATCH', '/api/workspace', { name: 'Padaria Ana', language: 'pt' })
    expect(saved.body.data).toMatchObject({ name: 'Padaria Ana', settings: { language: 'pt', timeZone: 'UTC' } })
    expect(await read()).toMatchObject({ dismissed: true })
    expect((await opened.call('GET', '/api/settings/pipeline')).body.data.currency).toBe('BRL')
    expect((await opened.call('PATCH', '/api/workspace', { timeZone: 'Mars/Base' })).status).toBe(422)
  })
})
