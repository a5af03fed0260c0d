import { describe, expect, test } from 'vitest'
import type { Message } from '../../contract/messages.ts'
import { minute } from '../../platform/clock.ts'
import { openCustomer } from '../../test/customer.ts'
import { openStores } from '../../test/world.ts'

const stores = await openStores()
const price = { kind: 'keyword', match: 'contains', words: ['price'] }
const reply = { kind: 'text', text: 'Hi {{first_name}}, it costs 10 euros.' }
const priceList = {
  businessAccountId: '1',
  name: 'price_list',
  language: 'en',
  category: 'UTILITY' as const,
  status: 'APPROVED' as const,
  parameterFormat: 'positional' as const,
  components: [],
}

describe.each(stores)('rules, on the $kind store', ({ databaseUrl }) => {
  async function open() {
    const world = await openCustomer(await databaseUrl())
    const add = async (rule: object = {}) => {
      const body = { name: 'Price', trigger: price, steps: [reply], ...rule }
      const added = await world.app.call('POST', '/api/automation/rules', body)
      expect(added.status).toBe(201)
      return added.body.data
    }
    const texts = async () => (await world.written()).map(({ content }: Message) => content['text'])
    const pause = async (paused: boolean) =>
      world.app.call('POST', `/api/conversations/${(await world.chat()).id}/automation`, { paused })
    const storeOf = async () => {
      const { workspace } = (await world.app.call('GET', '/api/auth/me')).body.data
      return world.app.app.store.workspace(workspace.id)
    }
    return { ...world, add, texts, pause, storeOf }
  }

  test('a word is answered, by itself, once', async () => {
    const { add, say, texts, runs, simulator, chat } = await open()
    const { id } = await add()
    await say('What is the price?')
    const { contactName, needsReply, automationPausedAt } = await chat()
    expect(await texts()).toEqual([`Hi ${contactName.split(' ')[0]}, it costs 10 euros.`])
    expect({ needsReply, automationPausedAt }).toEqual({ needsReply: false, automationPausedAt: null })
    expect(simulator.ledger.accepted).toHaveLength(1)
    expect(await runs()).toMatchObject([
      { ruleId: id, outcome: 'done', reason: 'The message says “price”.', actions: [{ kind: 'text', ok: true }] },
    ])
  })

  test('a job that runs again, and a webhook that comes again, answer nothing twice', async () => {
    const { app, add, say, settle, texts, simulator } = await open()
    await add({ everyMinutes: 1 })
    const timestamp = Math.floor(app.clock.now().getTime() / 1000)
    const same = { from: '5511987654321', id: 'wamid.same', timestamp }
    simulator.receive('text', { body: 'price' }, same)
    await settle()
    simulator.receive('text', { body: 'price' }, same)
    await settle()
    expect(await texts()).toHaveLength(1)
    const [job] = (await app.app.store.system.automationRuns.find({})).map(({ conversationId, key, workspaceId }) => ({
      workspaceId,
      kind: 'rules',
      key: 'again',
      runAt: app.clock.now().toISOString(),
      payload: {
        event: { kind: 'message', messageId: key.split(':')[2] },
        subject: { conversationId },
        key: key.split(':')[2],
      },
    }))
    app.clock.advance(5 * minute)
    await app.app.store.system.schedule([job!])
    await settle()
    expect(await texts()).toHaveLength(1)
    await say('And the price of two?')
    expect(await texts()).toHaveLength(2)
  })

  test('in one chat it rests for its time', async () => {
    const { app, add, say, texts, runs } = await open()
    await add({ everyMinutes: 30 })
    await say('price')
    await say('price please')
    expect(await texts()).toHaveLength(1)
    expect((await runs())[0]).toMatchObject({ outcome: 'skipped', reason: expect.stringContaining('30 minutes') })
    app.clock.advance(31 * minute)
    await say('price!')
    expect(await texts()).toHaveLength(2)
  })

  test('a person’s answer silences it until somebody resumes', async () => {
    const { add, say, answer, texts, chat, pause, runs } = await open()
    await add({ everyMinutes: 1 })
    await say('Hello')
    await answer('Hello, how can I help?')
    expect(await chat()).toMatchObject({ automationPausedBy: 'reply' })
    await say('What is the price?')
    expect(await texts()).toEqual([])
    expect((await runs())[0]).toMatchObject({
      outcome: 'skipped',
      reason: expect.stringContaining('A person answered'),
    })
    expect((await pause(false)).body.data).toMatchObject({ automationPausedAt: null })
    await say('The price?')
    expect(await texts()).toHaveLength(1)
  })

  test('an answer given with the phone app silences it too', async () => {
    const { add, say, simulator, settle, chat, texts } = await open()
    await add()
    await say('Hello')
    simulator.field('smb_message_echoes', { body: 'I am on it' }, { from: '5511987654321' })
    await settle()
    expect(await chat()).toMatchObject({ automationPausedBy: 'reply' })
    await say('price')
    expect(await texts()).toEqual([])
  })

  test('what the team set off goes on after a person’s answer, but says nothing to the customer', async () => {
    const { app, add, say, answer, texts, chat, runs } = await open()
    const steps = [
      { kind: 'text', text: 'You are a VIP now' },
      { kind: 'tag', on: 'contact', tag: 'Known' },
    ]
    await add({ trigger: { kind: 'tag_added', tag: 'VIP' }, steps })
    await say('Hello')
    await answer('Hello, how can I help?')
    const { id, contactId } = await chat()
    await app.call('PATCH', `/api/conversations/${id}`, { tags: ['VIP'] })
    await app.settle()
    expect(await texts()).toEqual([])
    expect((await app.call('GET', `/api/contacts/${contactId}`)).body.data.tags).toEqual(['Known'])
    const [{ actions }] = await runs()
    expect(actions).toMatchObject([{ ok: false, detail: expect.stringContaining('A person answered') }, { ok: true }])
  })

  test('the first rule that happens is the last one, unless it says otherwise', async () => {
    const { app, add, say, texts } = await open()
    const first = await add({ name: 'First', steps: [{ kind: 'text', text: 'one' }] })
    await add({ name: 'Second', steps: [{ kind: 'text', text: 'two' }] })
    await say('price')
    expect(await texts()).toEqual(['one'])
    await app.call('PATCH', `/api/automation/rules/${first.id}`, { isLast: false })
    app.clock.advance(61 * minute)
    await say('price')
    expect(await texts()).toEqual(['one', 'one', 'two'])
  })

  test('the order can be changed', async () => {
    const { app, add, say, texts } = await open()
    const first = await add({ name: 'First', steps: [{ kind: 'text', text: 'one' }] })
    const second = await add({ name: 'Second', steps: [{ kind: 'text', text: 'two' }] })
    const { body } = await app.call('PUT', '/api/automation/rules', { ruleIds: [second.id, first.id] })
    expect(body.data.rules.map(({ name }: { name: string }) => name)).toEqual(['Second', 'First'])
    await say('price')
    expect(await texts()).toEqual(['two'])
  })

  test('only the first message of a person is their first', async () => {
    const { add, say, texts } = await open()
    await add({ trigger: { kind: 'first_message' }, everyMinutes: 1, steps: [{ kind: 'text', text: 'Welcome!' }] })
    await say('Hello')
    await say('Anybody there?')
    expect(await texts()).toEqual(['Welcome!'])
  })

  test('outside business hours the customer hears of it, and a person must still answer', async () => {
    const { app, add, say, texts, chat } = await open()
    const none = { monday: [], tuesday: [], wednesday: [], thursday: [], friday: [], saturday: [], sunday: [] }
    await app.call('PATCH', '/api/settings/business-hours', { enabled: true, week: none })
    await add({ trigger: { kind: 'outside_hours' }, steps: [{ kind: 'text', text: 'We are closed.' }] })
    await say('Hello')
    expect(await texts()).toEqual(['We are closed.'])
    expect(await chat()).toMatchObject({ needsReply: true })
  })

  test('a button that a rule sent is answered by another', async () => {
    const { add, say, simulator, settle, texts, app } = await open()
    await add({ steps: [{ kind: 'buttons', body: 'Which one?', buttons: [{ id: 'small', title: 'Small' }] }] })
    await add({ trigger: { kind: 'button', words: ['small'] }, steps: [{ kind: 'text', text: 'Five euros' }] })
    await say('price')
    const timestamp = Math.floor(app.clock.now().getTime() / 1000)
    simulator.receive('button_reply', { id: 'small', title: 'Small' }, { from: '5511987654321', timestamp })
    await settle()
    expect((await texts()).filter(Boolean)).toEqual(['Five euros'])
  })

  test('a rule that names what does not exist is refused, on or off, and says where', async () => {
    const { app, storeOf } = await open()
    const rule = {
      name: 'Lost',
      enabled: false,
      trigger: { kind: 'stage_changed', stageId: 'stg_no' },
      conditions: [
        { field: 'segment', op: 'is', value: 'seg_no' },
        { field: 'channel', op: 'is', value: 'chn_no' },
        { field: 'assignee', op: 'not', value: 'usr_no' },
        { field: 'tag', op: 'has', value: 'nobody has it' },
      ],
      steps: [
        { kind: 'assign', userId: 'usr_no' },
        { kind: 'template', template: { templateId: 'tpl_no' } },
        { kind: 'template', template: { name: priceList.name, language: 'en' } },
        { kind: 'stage', stageId: 'stg_no' },
        { kind: 'tag', on: 'contact', tag: 'nobody has it either' },
        // An id that looks like something else is an id all the same.
        { kind: 'template', template: { templateId: '[no' } },
      ],
    }
    const refused = await app.call('POST', '/api/automation/rules', rule)
    expect(refused).toMatchObject({ status: 422, body: { error: { code: 'automation.names_unknown' } } })
    const paths = ['trigger.stageId', ...[0, 1, 2].map((index) => `conditions.${index}.value`)]
    expect(refused.body.error.details.map(({ path }: { path: string }) => path)).toEqual([
      ...paths.map((path) => `body.${path}`),
      'body.steps.0.userId',
      'body.steps.1.template',
      'body.steps.2.template',
      'body.steps.3.stageId',
      'body.steps.5.template',
    ])
    await (await storeOf()).templates.insert(priceList)
    const steps = [rule.steps[2], rule.steps[4]]
    const { id } = (await app.call('POST', '/api/automation/rules', { name: 'Found', trigger: price, steps })).body.data
    const changed = await app.call('PATCH', `/api/automation/rules/${id}`, { steps: rule.steps })
    expect(changed.body.error.code).toBe('automation.names_unknown')
    expect(changed.body.error.details).toHaveLength(4)
  })

  test('the list says of a rule what it names and went since', async () => {
    const { app, add, storeOf } = await open()
    const store = await storeOf()
    const template = await store.templates.insert(priceList)
    const person = { emailKey: 'ana@example.com', email: 'ana@example.com', passwordHash: 'x', role: 'agent' as const }
    const ana = await store.users.insert({ ...person, name: 'Ana' })
    const steps = [
      { kind: 'template', template: { templateId: template.id } },
      { kind: 'assign', userId: ana.id },
    ]
    const { id, problems } = await add({ steps })
    expect(problems).toEqual([])
    await store.users.update(ana.id, { disabledAt: app.clock.now().toISOString() })
    await store.templates.remove(template.id)
    const list = async () => (await app.call('GET', '/api/automation/rules')).body.data.rules[0].problems
    expect(await list()).toEqual([
      { path: 'steps.0.template', message: 'This template does not exist (any more).' },
      { path: 'steps.1.userId', message: 'This person is not in the team (any more), or cannot sign in.' },
    ])
    // It can be switched off and renamed as it is.
    expect((await app.call('PATCH', `/api/automation/rules/${id}`, { enabled: false, name: 'Off' })).status).toBe(200)
    await store.users.update(ana.id, { disabledAt: null })
    expect(await list()).toHaveLength(1)
  })

  test('a tag starts a rule whose steps all happen, and a refused one is told', async () => {
    const { app, add, say, chat, runs, storeOf } = await open()
    const { stages } = (await app.call('GET', '/api/lead-stages')).body.data
    const me = (await app.call('GET', '/api/auth/me')).body.data.user
    const { templates } = await storeOf()
    const template = await templates.insert(priceList)
    await add({
      trigger: { kind: 'tag_added', tag: 'VIP' },
      steps: [
        { kind: 'tag', on: 'contact', tag: 'Known' },
        { kind: 'assign', userId: me.id },
        { kind: 'stage', stageId: stages[1].id },
        { kind: 'note', text: 'Look after {{name}}' },
        { kind: 'remind', note: 'Call', afterHours: 2 },
        { kind: 'template', template: { name: priceList.name, language: 'en' } },
        { kind: 'pause' },
      ],
    })
    await templates.remove(template.id)
    await say('Hello')
    const before = await chat()
    await app.call('PATCH', `/api/conversations/${before.id}`, { tags: ['VIP'] })
    await app.settle()
    expect(await chat()).toMatchObject({ assignedTo: me.id, automationPausedBy: 'person' })
    const [run] = await runs()
    expect(run.actions.map(({ ok }: { ok: boolean }) => ok)).toEqual([true, true, true, true, true, false, true])
    expect((await app.call('GET', '/api/reminders')).body.data.reminders).toHaveLength(1)
    expect((await app.call('GET', '/api/leads')).body.data.leads).toMatchObject([{ stageId: stages[1].id }])
    expect((await app.call('GET', `/api/conversations/${before.id}/notes`)).body.data.notes).toHaveLength(1)
    expect((await app.call('GET', `/api/contacts/${before.contactId}`)).body.data.tags).toEqual(['Known'])
  })

  test('rules that set each other off stop', async () => {
    const { app, add, say, chat, runs } = await open()
    const flip = (on: string, off: string) => ({
      name: on,
      trigger: { kind: 'tag_added', tag: on },
      steps: [
        { kind: 'untag', on: 'conversation', tag: on },
        { kind: 'tag', on: 'conversation', tag: off },
      ],
    })
    await add(flip('A', 'B'))
    await add(flip('B', 'A'))
    await say('Hello')
    await app.call('PATCH', `/api/conversations/${(await chat()).id}`, { tags: ['A'] })
    await app.settle()
    await app.settle()
    const outcomes = (await runs()).map(({ outcome }: { outcome: string }) => outcome)
    expect(outcomes.filter((outcome: string) => outcome === 'done')).toHaveLength(2)
  })

  test('a lead that comes to a stage starts its rule', async () => {
    const { app, add, say, texts, chat } = await open()
    const { stages } = (await app.call('GET', '/api/lead-stages')).body.data
    await add({
      trigger: { kind: 'stage_changed', stageId: stages[2].id },
      steps: [{ kind: 'text', text: 'Our offer' }],
    })
    await say('Hello')
    const { contactId, id: conversationId } = await chat()
    const lead = (await app.call('POST', '/api/leads', { contactId, conversationId })).body.data
    await app.call('PATCH', `/api/leads/${lead.id}`, { stageId: stages[2].id })
    await app.settle()
    expect(await texts()).toEqual(['Our offer'])
  })

  test('who is left without an answer for so long is told, once for each silence', async () => {
    const { add, say, wait, texts, chat } = await open()
    await add({
      trigger: { kind: 'no_reply', side: 'us', hours: 2 },
      everyMinutes: 1,
      steps: [{ kind: 'text', text: 'Sorry, we are on it.' }],
    })
    await say('Hello')
    await wait(1.5)
    expect(await texts()).toEqual([])
    await wait(1)
    expect(await texts()).toEqual(['Sorry, we are on it.'])
    expect(await chat()).toMatchObject({ needsReply: true })
  })

  test('a silence that ended long ago, while Parley was off, is told to colleagues, and not to the customer', async () => {
    const { add, say, wait, texts, runs, chat } = await open()
    const trigger = { kind: 'no_reply', side: 'us', hours: 2 }
    await add({ trigger, everyMinutes: 1, steps: [{ kind: 'text', text: 'Sorry, we are on it.' }] })
    await add({ trigger, everyMinutes: 1, steps: [{ kind: 'tag', on: 'conversation', tag: 'late' }] })
    await say('Hello')
    await wait(6)
    expect(await texts()).toEqual([])
    expect(await chat()).toMatchObject({ tags: ['late'] })
    expect((await runs()).map(({ outcome }: { outcome: string }) => outcome).toSorted()).toEqual(['done', 'skipped'])
  })

  test('the preview decides as the engine does, and does nothing', async () => {
    const { app, add, say, written, runs, chat } = await open()
    await add()
    await say('Hello')
    const asks = { kind: 'message', text: 'the price?' }
    const ask = async (more: object) =>
      (await app.call('POST', '/api/automation/preview', { occasion: asks, ...more })).body.data.results
    const [result] = await ask({ conversationId: (await chat()).id })
    expect(result).toMatchObject({ happens: true, reason: 'The message says “price”.' })
    expect(result.steps[0].detail).toContain('it costs 10 euros')
    expect(await ask({ occasion: { kind: 'message', text: 'Hello' } })).toMatchObject([{ happens: false, steps: [] }])
    expect(await ask({ rule: { name: 'Draft', trigger: price, steps: [{ kind: 'pause' }] } })).toMatchObject([
      { ruleId: null, happens: true },
    ])
    expect(await written()).toEqual([])
    expect(await runs()).toEqual([])
  })

  test('agents see where a webhook leads and not its address, and try the rules that are there, no drafts', async () => {
    const { app } = await open()
    const steps = [{ kind: 'webhook', url: 'https://8.8.8.8/hooks/the-secret?key=1' }]
    expect((await app.call('POST', '/api/automation/rules', { name: 'Tell', trigger: price, steps })).status).toBe(201)
    const { link } = (await app.call('POST', '/api/team/invitations', { email: 'ana@example.com' })).body.data
    const body = { token: link.split('#').at(-1), name: 'Ana', password: 'green boats on grey water 3' }
    const joined = await app.call('POST', '/api/invitations/accept', body, { cookie: null })
    const asAna = { cookie: joined.headers.get('set-cookie')!.split(';')[0]! }
    const seen = await app.call('GET', '/api/automation/rules', undefined, asAna)
    expect(seen.body.data.rules[0].steps).toEqual([{ kind: 'webhook', url: 'https://8.8.8.8' }])
    expect((await app.call('GET', '/api/automation/rules')).body.data.rules[0].steps).toEqual(steps)
    const occasion = { kind: 'message', text: 'the price?' }
    const tried = await app.call('POST', '/api/automation/preview', { occasion }, asAna)
    expect([tried.status, JSON.stringify(tried.body).includes('the-secret')]).toEqual([200, false])
    const rule = { name: 'Draft', trigger: price, steps: [{ kind: 'pause' }] }
    expect((await app.call('POST', '/api/automation/preview', { occasion, rule }, asAna)).status).toBe(403)
  })

  test('the preview tells for every trigger what would happen, why not, and which step would be refused', async () => {
    const { app, say, written, runs, chat } = await open()
    await say('Hello')
    const { stages } = (await app.call('GET', '/api/lead-stages')).body.data
    const stageId = stages[1].id
    const conversationId = (await chat()).id
    const pause = [{ kind: 'pause' }]
    const hello = [{ kind: 'text', text: 'Are you there?' }]
    const about = async (trigger: object, steps: object[], occasion: object, more: object = {}) => {
      const rule = { name: 'Draft', trigger, steps }
      const body = { occasion, rule, conversationId, ...more }
      const answer = await app.call('POST', '/api/automation/preview', body)
      expect(answer).toMatchObject({ status: 200 })
      const [{ happens, reason, steps: taken }] = answer.body.data.results
      return [happens, reason, ...taken.map(({ ok, detail }: { ok: boolean; detail: string }) => `${ok} ${detail}`)]
    }
    const words = { kind: 'message', text: 'Hi' }
    const first = { ...words, isFirst: true }
    expect(await about({ kind: 'first_message' }, hello, first)).toEqual([
      true,
      'It is the first message of this person.',
      'true Are you there?',
    ])
    expect(await about({ kind: 'first_message' }, hello, words)).toEqual([false, 'It is not the first message.'])
    const night = { at: '2026-11-22T03:00:00.000Z' }
    expect((await about({ kind: 'outside_hours' }, hello, words, night))[0]).toBe(false)
    const week = Object.fromEntries(
      ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'].map((day) => [
        day,
        [{ from: '09:00', to: '18:00' }],
      ]),
    )
    const hours = await app.call('PATCH', '/api/settings/business-hours', { enabled: true, timeZone: 'UTC', week })
    expect(hours).toMatchObject({ status: 200 })
    expect((await about({ kind: 'outside_hours' }, hello, words, night)).slice(0, 2)).toEqual([
      true,
      'The business is closed.',
    ])
    const noon = { at: '2026-11-22T12:00:00.000Z' }
    expect(await about({ kind: 'outside_hours' }, hello, words, noon)).toEqual([false, 'The business is open.'])
    const tagged = { kind: 'tag_added', tag: 'vip' }
    expect(await about(tagged, pause, tagged)).toEqual([
      true,
      'The tag “vip” was added.',
      'true Pause automation in this chat',
    ])
    expect(await about(tagged, pause, { ...tagged, tag: 'other' })).toEqual([false, 'Waits for the tag “vip”.'])
    const moved = { kind: 'stage_changed', stageId }
    expect((await about(moved, [{ kind: 'stage', stageId }], moved))[2]).toContain('true Move the lead to')
    expect((await about(moved, pause, { ...moved, stageId: stages[0].id }))[0]).toBe(false)
    const pressed = { kind: 'button', title: 'Yes, please' }
    expect((await about({ kind: 'button', words: ['yes, please'] }, pause, pressed))[0]).toBe(true)
    expect((await about({ kind: 'button', words: ['no'] }, pause, pressed))[1]).toBe('Another button was pressed.')
    const silence = { kind: 'no_reply', side: 'us', hours: 2 }
    expect((await about(silence, hello, silence)).slice(1)).toEqual([
      'We did not answer for 2 hours.',
      'true Are you there?',
    ])
    expect(await about(silence, hello, { ...silence, hours: 1 })).toEqual([
      false,
      'Waits until we have not answered for 2 hours.',
    ])
    expect((await about(silence, hello, { ...silence, side: 'customer' }))[0]).toBe(false)
    // After the window no free text goes out, and the preview says so.
    const late = { kind: 'no_reply', side: 'customer', hours: 30 }
    const refused = await about(late, hello, late)
    expect([refused[0], refused[2]]).toEqual([true, expect.stringMatching(/^false .*24 hours/)])
    // With a made-up person as well.
    expect((await about(silence, hello, silence, { conversationId: undefined }))[2]).toBe('true Are you there?')
    expect([await written(), await runs(), (await chat()).automationPausedAt]).toEqual([[], [], null])
    expect((await app.call('GET', '/api/contacts?page=1')).body.data.pagination.total).toBe(1)
    expect((await app.call('GET', '/api/leads')).body.data.leads).toEqual([])
  })

  test('a rule that is off, or removed, does nothing, and nobody pays for it', async () => {
    const { app, add, say, texts } = await open()
    const { id } = await add({ enabled: false })
    await say('price')
    await app.call('PATCH', `/api/automation/rules/${id}`, { enabled: true })
    await app.call('DELETE', `/api/automation/rules/${id}`)
    await say('price')
    expect(await texts()).toEqual([])
  })
})
