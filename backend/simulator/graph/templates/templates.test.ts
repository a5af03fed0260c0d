import { expect, test } from 'vitest'
import { createManualClock } from '../../clock.ts'
import { setStage, type Stage } from '../../test-tools.ts'

const body = (text: string, example?: object) => ({ type: 'BODY', text, ...(example ? { example } : {}) })
const greeting = {
  name: 'greeting',
  language: 'en_US',
  category: 'UTILITY',
  components: [body('Hello {{1}}, welcome to our shop.', { body_text: [['Ada']] })],
}

const create = ({ graph, simulator }: Stage, template: object) =>
  graph('POST', `/${simulator.credentials.businessAccountId}/message_templates`, template)
const list = ({ graph, simulator }: Stage, query = '') =>
  graph('GET', `/${simulator.credentials.businessAccountId}/message_templates${query}`)
const events = (stage: Stage) =>
  stage.receiver.values('message_template_status_update') as {
    event: string
    reason?: string | null
    message_template_name: string
  }[]

test('a new template is PENDING, becomes APPROVED by itself, and says so by webhook', async () => {
  const stage = await setStage()
  const { body: created } = await create(stage, greeting)
  expect(created).toEqual({ id: expect.stringMatching(/^\d{15,17}$/), status: 'PENDING', category: 'UTILITY' })
  await stage.simulator.settled()
  expect(events(stage)).toEqual([
    {
      event: 'APPROVED',
      message_template_id: Number(created.id),
      message_template_name: 'greeting',
      message_template_language: 'en_US',
      message_template_category: 'UTILITY',
      reason: 'NONE',
    },
  ])
  expect((await stage.graph('GET', `/${created.id}?fields=status,name`)).body).toEqual({
    status: 'APPROVED',
    name: 'greeting',
    id: created.id,
  })
  const sent = await stage.send({
    type: 'template',
    template: {
      name: 'greeting',
      language: { code: 'en_US' },
      components: [{ type: 'body', parameters: [{ type: 'text', text: 'Ada' }] }],
    },
  })
  expect(sent.status).toBe(200)
})

test('names decide their review, and a rejection tells reason and recommendation', async () => {
  const stage = await setStage()
  await create(stage, { ...greeting, name: 'reject_me' })
  await create(stage, { ...greeting, name: 'pending_me' })
  await stage.simulator.settled()
  expect(events(stage)).toMatchObject([
    {
      event: 'REJECTED',
      reason: 'INVALID_FORMAT',
      message_template_name: 'reject_me',
      rejection_info: { reason: expect.any(String), recommendation: expect.any(String) },
    },
  ])
  expect((await list(stage, '?name=pending_me&fields=status')).body.data).toMatchObject([{ status: 'PENDING' }])
  expect((await list(stage, '?name=reject_me&fields=rejected_reason')).body.data).toMatchObject([
    { rejected_reason: 'INVALID_FORMAT' },
  ])
})

test('the back office can pause, disable, reinstate, recategorise and grade a template', async () => {
  const stage = await setStage()
  const review = stage.simulator.reviewTemplate
  review('hello_world', { event: 'pause' })
  review('hello_world', { event: 'reinstate' })
  review('hello_world', { event: 'quality', score: 'RED' })
  review('hello_world', { event: 'recategorise', category: 'MARKETING' })
  review('hello_world', { event: 'disable' })
  review('hello_world', { event: 'archive' })
  await stage.simulator.settled()
  expect(
    events(stage)
      .map((one) => one.event)
      .toSorted(),
  ).toEqual(['ARCHIVED', 'DISABLED', 'PAUSED', 'REINSTATED'])
  expect(stage.receiver.values('message_template_quality_update')).toMatchObject([
    { previous_quality_score: 'RED', new_quality_score: 'RED' },
  ])
  expect(stage.receiver.values('template_category_update')).toMatchObject([
    { previous_category: 'UTILITY', new_category: 'MARKETING' },
  ])
})

test.for<[rule: string, template: object, subcode: number | undefined, says?: RegExp]>([
  ['a name with capitals', { ...greeting, name: 'Greeting' }, undefined, /lowercase/],
  ['an unknown category', { ...greeting, category: 'TRANSACTIONAL' }, undefined],
  ['no components', { ...greeting, components: [] }, undefined],
  ['a second content in one language', { ...greeting, name: 'hello_world' }, 2388024],
  ['a body over 1,024', { ...greeting, components: [body('x'.repeat(1025))] }, 2388040],
  [
    'a body that begins with a variable',
    { ...greeting, components: [body('{{1}}, hello to you.', { body_text: [['a']] })] },
    2388299,
  ],
  [
    'a body that ends with a variable',
    { ...greeting, components: [body('Hello to you {{1}}', { body_text: [['a']] })] },
    2388299,
  ],
  [
    'variables next to each other',
    { ...greeting, components: [body('Hello {{1}} {{2}} and more', { body_text: [['a', 'b']] })] },
    2388072,
  ],
  [
    'a gap in the numbers',
    { ...greeting, components: [body('Hello {{1}} and {{3}} there', { body_text: [['a', 'b']] })] },
    2388072,
  ],
  [
    'too many variables',
    { ...greeting, components: [body('Hi {{1}}, {{2}}, {{3}}!', { body_text: [['a', 'b', 'c']] })] },
    2388293,
  ],
  ['a variable without an example', { ...greeting, components: [body('Hello {{1}}, welcome.')] }, 2388072, /example/],
  [
    'a header over 60',
    { ...greeting, components: [{ type: 'HEADER', format: 'TEXT', text: 'x'.repeat(61) }, body('Hello you')] },
    2388040,
  ],
  [
    'a header with two variables',
    {
      ...greeting,
      components: [
        { type: 'HEADER', format: 'TEXT', text: 'A {{1}} B {{2}}', example: { header_text: ['a', 'b'] } },
        body('Hello you'),
      ],
    },
    2388047,
  ],
  [
    'a media header without a sample',
    { ...greeting, components: [{ type: 'HEADER', format: 'IMAGE' }, body('Hello you')] },
    2388047,
    /sample/,
  ],
  [
    'a footer with a variable',
    { ...greeting, components: [body('Hello you'), { type: 'FOOTER', text: 'Bye {{1}} now' }] },
    2388073,
  ],
  [
    'eleven quick replies',
    {
      ...greeting,
      components: [
        body('Hello you'),
        { type: 'BUTTONS', buttons: Array.from({ length: 11 }, () => ({ type: 'QUICK_REPLY', text: 'x' })) },
      ],
    },
    undefined,
  ],
  [
    'scattered quick replies',
    {
      ...greeting,
      components: [
        body('Hello you'),
        {
          type: 'BUTTONS',
          buttons: [
            { type: 'QUICK_REPLY', text: 'a' },
            { type: 'URL', text: 'b', url: 'https://a.example' },
            { type: 'QUICK_REPLY', text: 'c' },
          ],
        },
      ],
    },
    undefined,
    /together/,
  ],
  [
    'an authentication template without OTP',
    { ...greeting, category: 'AUTHENTICATION', components: [{ type: 'BODY' }] },
    undefined,
  ],
])('refused: %s', async ([, template, subcode, says]) => {
  const { status, body: answer } = await create(await setStage(), template)
  expect(status).toBe(400)
  expect(answer.error.code).toBe(100)
  expect(answer.error.error_subcode).toBe(subcode)
  expect(String(answer.error.error_user_msg)).toMatch(says ?? /./)
})

test('lists page by cursor, filter, and refuse a bad cursor with 131059', async () => {
  const stage = await setStage()
  const seen: string[] = []
  let next: string | undefined =
    `${stage.simulator.url}/v25.0/${stage.simulator.credentials.businessAccountId}/message_templates?limit=4&fields=name,status`
  while (next) {
    const page = (await (
      await fetch(next, { headers: { authorization: `Bearer ${stage.simulator.credentials.accessToken}` } })
    ).json()) as { data: { id: string }[]; paging: { next?: string } }
    seen.push(...page.data.map((one) => one.id))
    next = page.paging.next
  }
  expect(seen).toHaveLength(10)
  expect(new Set(seen).size).toBe(10)
  expect(seen).toContain('10203040506070809')
  const count = async (query: string) => (await list(stage, query)).body.data.length
  expect(await count('?status=approved')).toBe(7)
  expect(await count('?category=MARKETING&status=PENDING')).toBe(1)
  expect(await count('?language=de')).toBe(1)
  expect(await count('?name=order_confirmation')).toBe(2)
  expect(await count('?name_or_content=succulents')).toBe(1)
  expect((await list(stage, '?after=bm90aGluZw')).body.error.code).toBe(131059)
  expect(Object.keys((await list(stage, '?limit=1')).body.data[0]).toSorted()).toEqual([
    'category',
    'components',
    'id',
    'language',
    'name',
    'parameter_format',
    'status',
  ])
})

test('an edit replaces all components; an approved one stays usable, once a day, in its category', async () => {
  const clock = createManualClock()
  const stage = await setStage({ clock })
  const template = stage.simulator.addTemplate({ name: 'offer', components: [body('First version')] })
  const edit = (change: object) => stage.graph('POST', `/${template.id}`, change)
  expect((await edit({ category: 'MARKETING' })).body.error.error_subcode).toBe(2388039)
  expect((await edit({ components: [body('Second version')] })).body).toEqual({ success: true })
  expect(template).toMatchObject({ status: 'APPROVED', components: [{ text: 'Second version' }] })
  expect((await edit({ components: [body('Third version')] })).body.error.error_subcode).toBe(2388039)
  await clock.advance(25 * 3_600_000)
  expect((await edit({ components: [body('Third version')] })).status).toBe(200)
  stage.simulator.reviewTemplate(template.id, { event: 'reject', reason: 'PROMOTIONAL' })
  expect((await edit({ category: 'MARKETING', components: [body('Fourth version')] })).status).toBe(200)
  expect(template.status).toBe('PENDING')
  expect((await edit({ components: [body('Fifth version')] })).body.error.error_subcode).toBe(2388039)
})

test('deleting by name takes every language, by id one; the name of an approved one is blocked for 30 days', async () => {
  const clock = createManualClock()
  const stage = await setStage({ clock })
  const { businessAccountId } = stage.simulator.credentials
  const remove = (query: string) => stage.graph('DELETE', `/${businessAccountId}/message_templates?${query}`)
  const german = (await list(stage, '?language=de')).body.data[0]
  expect((await remove(`hsm_id=${german.id}&name=order_confirmation`)).body).toEqual({ success: true })
  expect((await list(stage, '?name=order_confirmation')).body.data).toHaveLength(1)
  expect((await remove('name=order_confirmation')).body).toEqual({ success: true })
  expect((await remove('name=order_confirmation')).status).toBe(400)
  expect((await create(stage, { ...greeting, name: 'order_confirmation' })).body.error.error_subcode).toBe(2388023)
  await clock.advance(31 * 86_400_000)
  expect((await create(stage, { ...greeting, name: 'order_confirmation' })).status).toBe(200)
  stage.simulator.reviewTemplate('hello_world', { event: 'disable' })
  expect((await remove('name=hello_world')).body.error.error_subcode).toBe(2388039)
  const ids = (await list(stage, '?status=approved&fields=id')).body.data.map((one: { id: string }) => one.id)
  expect((await remove(`hsm_ids=${ids.slice(0, 2).join(',')}`)).body).toEqual({ success: true })
})

test('the number of templates is limited with 2388019; a paused one can be unpaused', async () => {
  const stage = await setStage()
  const account = stage.simulator.world.accounts.get(stage.simulator.credentials.businessAccountId)
  if (account) account.templateLimit = 11
  expect((await create(stage, greeting)).status).toBe(200)
  expect((await create(stage, { ...greeting, name: 'one_more' })).body.error.error_subcode).toBe(2388019)
  const paused = (await list(stage, '?status=PAUSED')).body.data[0]
  expect((await stage.graph('POST', `/${paused.id}/unpause`)).body).toEqual({ success: true })
})

test('authentication templates come in many languages at once', async () => {
  const stage = await setStage()
  const given = {
    name: 'code',
    category: 'AUTHENTICATION',
    languages: ['en_US', 'de', 'es'],
    components: [
      { type: 'BODY', add_security_recommendation: true },
      { type: 'BUTTONS', buttons: [{ type: 'OTP', otp_type: 'COPY_CODE' }] },
    ],
  }
  const { body: answer } = await stage.graph(
    'POST',
    `/${stage.simulator.credentials.businessAccountId}/upsert_message_templates`,
    given,
  )
  expect(answer.data.map((one: { language: string; status: string }) => [one.language, one.status])).toEqual([
    ['en_US', 'PENDING'],
    ['de', 'PENDING'],
    ['es', 'PENDING'],
  ])
})
