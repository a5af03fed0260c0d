import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Simulator } from '../../simulator/simulator.ts'
import { connectSimulator, openStores, openTestApp, type TestApp } from '../../test/world.ts'

const stores = await openStores()

describe.each(stores)('templates on $kind', ({ databaseUrl }) => {
  let simulator: Simulator
  let app: TestApp
  let close: () => Promise<void>

  beforeAll(async () => {
    const behaviour = { templateReview: { afterMs: 1 } }
    const world = await connectSimulator({ databaseUrl: await databaseUrl() }, { seed: 1, behaviour })
    simulator = world.simulator
    app = world.test
    close = world.close
  }, 60_000)
  afterAll(() => close())

  const body = (text: string) => [{ type: 'BODY', text }]
  const draft = (name: string, more: object = {}) => ({
    name,
    language: 'en_US',
    category: 'UTILITY',
    components: body('Your order is ready.'),
    ...more,
  })
  const create = (given: object) => app.call('POST', '/api/templates', given)
  const change = (id: string, given: object) => app.call('PUT', `/api/templates/${id}`, given)
  const get = async (id: string) => (await app.call('GET', `/api/templates/${id}`)).body.data
  async function reviewed() {
    await simulator.settled()
    await app.settle()
  }

  test('are fetched from Meta, and fetched again without change', async () => {
    const first = await app.call('POST', '/api/templates/sync', {})
    expect(first.body.data).toMatchObject({ updated: 0, removed: 0 })
    expect(first.body.data.added).toBeGreaterThan(8)
    const second = await app.call('POST', '/api/templates/sync', {})
    expect(second.body.data).toEqual({ added: 0, updated: first.body.data.added, removed: 0 })
    const rejected = await app.call('GET', '/api/templates?status=REJECTED')
    expect(rejected.body.data.templates[0].rejectedReason).toBe('Meta thinks that the text deceives people.')
  })

  test('what Meta would refuse is told before Meta sees it', async () => {
    const text = '{{1}} is ready'
    const checked = await app.call('POST', '/api/templates/check', draft('order', { components: body(text) }))
    expect(checked.body.data.problems.map(({ message }: { message: string }) => message)).toEqual([
      'The text cannot begin with a variable. Put a word before it.',
      expect.stringContaining('Give an example for {{1}}'),
    ])
    const refused = await create(draft('order', { components: body(text), submit: true }))
    expect([refused.status, refused.body.error.code]).toEqual([422, 'template.invalid'])
  })

  test('a draft stays here, and the same name again changes it', async () => {
    const unfinished = draft('kept', { components: body('Hello {{1}}') })
    const { status, body: first } = await create(unfinished)
    expect([status, first.data.status]).toEqual([201, 'DRAFT'])
    const again = await create(draft('kept', { components: body('Another text.') }))
    expect(again.body.data).toMatchObject({ id: first.data.id, components: body('Another text.') })
    expect([...simulator.world.templates.values()].some(({ name }) => name === 'kept')).toBe(false)
  })

  test('a submitted one is in review, then approved by webhook', async () => {
    const { body: answer } = await create(draft('ready', { submit: true }))
    expect(answer.data.status).toBe('PENDING')
    const { body: asked } = simulator.ledger
      .requestsTo('message_templates')
      .findLast(({ method }) => method === 'POST')!
    expect(Object.keys(asked as object).toSorted()).toEqual([
      'category',
      'components',
      'language',
      'name',
      'parameter_format',
    ])
    await reviewed()
    expect(await get(answer.data.id)).toMatchObject({ status: 'APPROVED', rejectedReason: null })
    const taken = await create(draft('ready'))
    expect([taken.status, taken.body.error.code]).toEqual([409, 'template.name_taken'])
  })

  const picture = { type: 'HEADER', format: 'IMAGE', example: { header_handle: ['4::aW'] } }
  const card = { components: [picture, { type: 'BUTTONS', buttons: [{ type: 'QUICK_REPLY', text: 'Yes' }] }] }
  const offer = { type: 'LIMITED_TIME_OFFER', limited_time_offer: { text: 'Ends soon', has_expiration: true } }
  const codes = { type: 'BUTTONS', buttons: [{ type: 'COPY_CODE', example: 'HALF' }] }
  const supported_apps = [{ package_name: 'com.example.shop', signature_hash: 'K8a/AINcGX7' }]
  const otp = (more: object) => [{ type: 'BODY' }, { type: 'BUTTONS', buttons: [{ type: 'OTP', ...more }] }]
  test.each<[string, string, object[]]>([
    ['carousel', 'MARKETING', [...body('Look at these.'), { type: 'CAROUSEL', cards: [card, card] }]],
    ['offer', 'MARKETING', [offer, ...body('All at half price.'), codes]],
    ['catalogue', 'MARKETING', [...body('Look.'), { type: 'BUTTONS', buttons: [{ type: 'CATALOG', text: 'View' }] }]],
    ['products', 'MARKETING', [...body('Look.'), { type: 'BUTTONS', buttons: [{ type: 'MPM', text: 'View' }] }]],
    ['place', 'UTILITY', [{ type: 'HEADER', format: 'LOCATION' }, ...body('We have moved.')]],
    ['one_tap', 'AUTHENTICATION', otp({ otp_type: 'ONE_TAP', text: 'Copy', autofill_text: 'Fill in', supported_apps })],
    ['zero_tap', 'AUTHENTICATION', otp({ otp_type: 'ZERO_TAP', zero_tap_terms_accepted: true, supported_apps })],
  ])('of the kind %s are written, looked at and approved', async (name, category, components) => {
    const made = await create(draft(`kind_${name}`, { category, components, submit: true }))
    expect(made.body.error).toBeUndefined()
    await reviewed()
    expect(await get(made.body.data.id)).toMatchObject({ status: 'APPROVED', components })
  })

  test('a refused one says why, and can be changed and submitted again', async () => {
    const { data } = (await create(draft('reject_this', { submit: true }))).body
    await reviewed()
    const refused = await get(data.id)
    expect(refused.status).toBe('REJECTED')
    expect(refused.rejectedReason).toMatch(/[a-z]/)
    const changed = await change(data.id, { category: 'MARKETING', components: body('Better now.'), submit: true })
    expect(changed.body.data).toMatchObject({ status: 'PENDING', rejectedReason: null, category: 'MARKETING' })
  })

  test('an approved one stays in use while its change is looked at', async () => {
    const { data } = (await app.call('GET', '/api/templates?search=ready')).body
    const [{ id }] = data.templates
    const changed = await change(id, { category: 'UTILITY', components: body('Your order is here.') })
    expect(changed.body.data).toMatchObject({ status: 'APPROVED', components: body('Your order is here.') })
    // Meta takes one change a day.
    const again = await change(id, { category: 'UTILITY', components: body('Once more.') })
    expect([again.status, again.body.error.code]).toEqual([409, 'meta.refused'])
    expect(again.body.error.details.message).toMatch(/\w/)
    expect(await get(id)).toMatchObject({ components: body('Your order is here.') })
  })

  test('when Meta cannot be reached the draft is not lost, and goes out the next time', async () => {
    simulator.fault({ fault: { kind: 'drop', when: 'before' }, match: { on: 'message_templates' }, times: 'always' })
    const lost = await create(draft('patient', { submit: true }))
    expect([lost.status, lost.body.error.code]).toEqual([502, 'meta.unreachable'])
    simulator.clearFaults()
    const sent = await create(draft('patient', { submit: true }))
    expect(sent.body.data.status).toBe('PENDING')
  })

  test('pauses, quality and categories come by webhook', async () => {
    const find = async () => (await app.call('GET', '/api/templates?search=spring_sale')).body.data.templates[0]
    simulator.reviewTemplate('spring_sale', { event: 'quality', score: 'RED' })
    await reviewed()
    expect((await find()).quality).toBe('RED')
    simulator.reviewTemplate('spring_sale', { event: 'pause' })
    await reviewed()
    expect((await find()).status).toBe('PAUSED')
  })

  test('a deleted one is gone at Meta too', async () => {
    const { data } = (await app.call('GET', '/api/templates?search=patient')).body
    expect((await app.call('DELETE', `/api/templates/${data.templates[0].id}`)).status).toBe(200)
    expect([...simulator.world.templates.values()].some(({ name }) => name === 'patient')).toBe(false)
  })

  test('all accounts of the workspace are fetched at once', async () => {
    const { credentials, world } = simulator
    const other = { ...world.accounts.get(credentials.businessAccountId)!, id: '102290129349999' }
    world.accounts.set(other.id, other)
    simulator.addTemplate({ name: 'of_the_other', components: body('Hello there.') }, other.id)
    await app.call('POST', '/api/channels', {
      name: 'Other',
      businessPhone: '+15550789999',
      phoneNumberId: '106540352249999',
      businessAccountId: other.id,
      accessToken: credentials.accessToken,
    })
    expect((await app.call('POST', '/api/templates/sync', {})).body.data.added).toBe(1)
    const { data } = (await app.call('GET', '/api/templates?search=of_the_other')).body
    expect(data.templates).toMatchObject([{ businessAccountId: other.id }])
  })

  test('a number that is not connected yet does not keep the templates of the others from coming', async () => {
    const { channels } = (await app.call('GET', '/api/channels')).body.data
    const first = channels.find(({ name }: { name: string }) => name !== 'Other')
    expect((await app.call('PATCH', `/api/channels/${first.id}`, { accessToken: null })).status).toBe(200)
    expect((await app.call('POST', '/api/templates/sync', {})).body).toMatchObject({ data: { updated: 1 } })
  })
})

test('templates written for the practice customer stay when they are fetched', async () => {
  const practice = await openTestApp({ practice: true })
  const components = [{ type: 'BODY', text: 'Hello there.' }]
  const draft = { name: 'try_out', language: 'en_US', category: 'UTILITY', components, submit: true }
  expect((await practice.call('POST', '/api/templates', draft)).body.data.status).toBe('APPROVED')
  expect((await practice.call('POST', '/api/templates/sync', {})).status).toBe(200)
  expect((await practice.call('GET', '/api/templates')).body.data.templates).toMatchObject([{ name: 'try_out' }])
  await practice.close()
})
