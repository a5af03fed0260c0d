import { afterEach, describe, expect, test } from 'vitest'
import type { Lead, LeadStage } from '../../contract/leads.ts'
import { openStores, openTestApp, type TestApp } from '../../test/world.ts'

const stores = await openStores()

describe.each(stores)('the stages of the pipeline, on the $kind store', ({ databaseUrl }) => {
  let opened: TestApp
  afterEach(() => opened.close())

  async function open() {
    opened = await openTestApp({ databaseUrl: await databaseUrl() })
    const { body } = await opened.call('POST', '/api/contacts', { name: 'Ana Silva', phone: '+5511987654321' })
    return { contactId: body.data.id as string, stages: await read() }
  }
  const read = async (): Promise<LeadStage[]> => (await opened.call('GET', '/api/lead-stages')).body.data.stages
  const drafts = (stages: LeadStage[]) => stages.map(({ id, name, kind }) => ({ id, name, kind }))
  const save = (stages: object[], moveTo?: string) =>
    opened.call('PUT', '/api/lead-stages', { stages, ...(moveTo ? { moveTo } : {}) })
  const add = async (body: object): Promise<Lead> => (await opened.call('POST', '/api/leads', body)).body.data
  const get = async (id: string) => (await opened.call('GET', `/api/leads/${id}`)).body.data

  test('stages are renamed, reordered and added', async () => {
    const { stages } = await open()
    const [first, second, ...rest] = drafts(stages)
    await save([second!, { ...first!, name: 'Fresh' }, { name: 'Visit', kind: 'open' }, ...rest])
    expect((await read()).map(({ name }) => name)).toEqual([
      'In conversation',
      'Fresh',
      'Visit',
      'Offer sent',
      'Won',
      'Lost',
    ])
  })

  test('a stage with leads goes only when it is said where they go, and their history tells', async () => {
    const { contactId, stages } = await open()
    const { id } = await add({ contactId, title: 'Cake' })
    const [first, second, ...rest] = drafts(stages)
    expect((await save([second!, ...rest])).body.error.code).toBe('lead.stage_in_use')
    expect(await read()).toHaveLength(5)
    expect((await save([second!, ...rest], second!.id)).status).toBe(200)
    expect(await get(id)).toMatchObject({
      stageId: second!.id,
      history: [{ field: 'stageId', before: first!.id, after: second!.id }],
    })
    expect(await read()).toHaveLength(4)
  })

  test('leads of a removed stage that go to a closed one are closed, and of a stage whose kind changes too', async () => {
    const { contactId, stages } = await open()
    const [first, second, third, won, lost] = drafts(stages)
    const gone = await add({ contactId, stageId: second!.id })
    const turned = await add({ contactId, stageId: third!.id })
    await save([first!, { ...third!, kind: 'won' }, won!, lost!], lost!.id)
    expect(await get(gone.id)).toMatchObject({ status: 'lost', closedAt: expect.any(String) })
    expect(await get(turned.id)).toMatchObject({ status: 'won', closedAt: expect.any(String) })
  })

  test('there is always a stage of each kind, and an unknown one is refused whole', async () => {
    const { stages } = await open()
    const all = drafts(stages)
    expect((await save(all.filter(({ kind }) => kind !== 'lost'))).body.error.code).toBe('request.invalid')
    const unknown = await save([...all, { id: 'stg_0', name: 'Ghost', kind: 'open' }])
    expect(unknown.body.error.code).toBe('lead.stage_not_found')
    expect(drafts(await read())).toEqual(all)
  })
})
