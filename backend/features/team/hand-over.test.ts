import { describe, expect, test } from 'vitest'
import type { Conversation } from '../../contract/conversations.ts'
import { openColleagues } from '../../test/colleagues.ts'
import { openStores } from '../../test/world.ts'

describe.each(await openStores())('the chats of somebody who goes, on $kind', ({ databaseUrl }) => {
  /** Four chats of Ana: two open, one pending, one closed. */
  async function open() {
    const world = await openColleagues(await databaseUrl())
    const { app, olga, ana, simulator } = world
    for (let number = 1; number < 4; number++)
      simulator.receive('text', { body: `Hello ${number}` }, { from: `1555020${1000 + number}` } as never)
    await simulator.settled()
    await app.settle()
    const list = async (assignedTo: string) => {
      const { body } = await olga.call('GET', `/api/conversations?limit=100&assignedTo=${assignedTo}`)
      return (body.data.conversations as Conversation[]).map(({ id }) => id).toSorted()
    }
    const [closed, pending, ...rest] = await list('none')
    const change = (id: string, body: object) => olga.call('PATCH', `/api/conversations/${id}`, body)
    await change(closed!, { assignedTo: ana.id, status: 'closed' })
    await change(pending!, { assignedTo: ana.id, status: 'pending' })
    for (const id of rest) await change(id, { assignedTo: ana.id })
    const leave = async (body: object) => {
      const answer = await olga.call('PATCH', `/api/team/${ana.id}`, body)
      await app.settle()
      return answer
    }
    return { ...world, list, leave, closed: closed!, unfinished: [pending!, ...rest].toSorted() }
  }

  test('are counted without the closed ones', async () => {
    const { olga, ana } = await open()
    expect((await olga.call('GET', `/api/team/${ana.id}/work`)).body.data).toEqual({ chats: 3 })
    expect((await olga.call('GET', '/api/team/usr_nobody/work')).body.error?.code).toBe('user.not_found')
    expect((await ana.call('GET', `/api/team/${olga.id}/work`)).body.error?.code).toBe('auth.forbidden')
  })

  test('wait for everybody again, and the closed one keeps their name', async () => {
    const { ana, list, leave, closed, unfinished } = await open()
    const { body } = await leave({ disabled: true, handOver: { to: null } })
    expect(body.data.disabledAt).not.toBeNull()
    expect(await list('none')).toEqual(unfinished)
    expect(await list(ana.id)).toEqual([closed])
  })

  test('go to a colleague, also of somebody who was disabled before', async () => {
    const { olga, ana, list, leave, unfinished } = await open()
    await leave({ disabled: true })
    expect(await list(ana.id)).toHaveLength(4)
    await leave({ handOver: { to: olga.id } })
    expect(await list(olga.id)).toEqual(unfinished)
  })

  test('go to nobody who is disabled, and then nothing has changed', async () => {
    const { ana, join, olga, list, leave } = await open()
    const ben = await join('Ben')
    await olga.call('PATCH', `/api/team/${ben.id}`, { disabled: true })
    for (const to of [ben.id, ana.id]) {
      const { body } = await leave({ disabled: true, handOver: { to } })
      expect(body.error?.code).toBe('user.not_found')
    }
    const { members } = (await olga.call('GET', '/api/team')).body.data
    expect(members.find(({ id }: { id: string }) => id === ana.id).disabledAt).toBeNull()
    expect(await list(ana.id)).toHaveLength(4)
  })
})
