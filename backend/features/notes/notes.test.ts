import { describe, expect, test } from 'vitest'
import type { ThreadEntry } from '../../contract/notes.ts'
import { openColleagues } from '../../test/colleagues.ts'
import { openStores } from '../../test/world.ts'

const stores = await openStores()

describe.each(stores)('notes, on $kind', ({ databaseUrl }) => {
  const open = async () => openColleagues(await databaseUrl())

  test('a note is seen by the team, never by the customer, and changes nothing about who must answer', async () => {
    const { olga, ana, path, chat, simulator, app } = await open()
    const { status, body } = await olga.call('POST', `${path}/notes`, { text: ' She wants *two* ' })
    expect([status, body.data.text, body.data.userId]).toEqual([201, 'She wants *two*', olga.id])
    const { notes } = (await ana.call('GET', `${path}/notes`)).body.data
    expect(notes.map(({ id }: ThreadEntry) => id)).toEqual([body.data.id])
    await app.settle()
    expect(simulator.ledger.accepted).toEqual([])
    const after = (await ana.call('GET', path)).body.data
    expect([after.needsReply, after.lastMessage.preview]).toEqual([true, chat.lastMessage!.preview])
  })

  test('whoever is mentioned is told once, also when the note is changed, and oneself is not told', async () => {
    const { olga, ana, path } = await open()
    const both = { text: 'Can you take this?', mentions: [ana.id, olga.id, ana.id] }
    const note = (await olga.call('POST', `${path}/notes`, both)).body.data
    const changed = await olga.call('PATCH', `${path}/notes/${note.id}`, { ...both, text: 'Please take this' })
    expect(changed.status).toBe(200)
    const { notifications, unread } = (await ana.call('GET', '/api/notifications')).body.data
    expect(notifications).toMatchObject([{ kind: 'mention', actorName: olga.name, entryId: note.id }])
    expect(unread).toBe(1)
    expect((await olga.call('GET', '/api/notifications')).body.data.notifications).toEqual([])
  })

  test('only people of the workspace can be mentioned', async () => {
    const { olga, path } = await open()
    const answer = await olga.call('POST', `${path}/notes`, { text: 'Hi', mentions: ['usr_nobody'] })
    expect(answer.body.error.code).toBe('user.not_found')
    expect((await olga.call('GET', `${path}/notes`)).body.data.notes).toEqual([])
  })

  test('a note is changed by its author alone; an admin may delete it', async () => {
    const { olga, ana, path } = await open()
    const note = (await ana.call('POST', `${path}/notes`, { text: 'Mine' })).body.data
    const other = (await olga.call('POST', `${path}/notes`, { text: 'Olga wrote this' })).body.data
    const changed = await olga.call('PATCH', `${path}/notes/${note.id}`, { text: 'Yours' })
    expect(changed.body.error.code).toBe('note.not_yours')
    expect((await ana.call('DELETE', `${path}/notes/${other.id}`)).status).toBe(403)
    expect((await ana.call('PATCH', `${path}/notes/${note.id}`, { text: 'Still mine' })).body.data).toMatchObject({
      text: 'Still mine',
      editedAt: expect.any(String),
    })
    expect((await olga.call('DELETE', `${path}/notes/${note.id}`)).status).toBe(200)
    expect((await olga.call('DELETE', `${path}/notes/${note.id}`)).body.error.code).toBe('note.not_found')
  })

  test('what the team does to a chat is written in its thread: what, by whom, from what to what', async () => {
    const { olga, ana, path } = await open()
    await olga.call('PATCH', path, { assignedTo: ana.id })
    await ana.call('PATCH', path, { tags: ['VIP'] })
    await ana.call('PATCH', path, { tags: ['VIP', 'VIP'] })
    await ana.call('PATCH', path, { status: 'closed' })
    await olga.call('POST', `${path}/notes`, { text: 'Well done' })
    const { entries } = (await ana.call('GET', `${path}/activity`)).body.data
    expect(entries.map(({ kind, userId, before, after }: ThreadEntry) => [kind, userId, before, after])).toEqual([
      ['note', olga.id, null, null],
      ['status', ana.id, 'open', 'closed'],
      ['tags', ana.id, [], ['VIP']],
      ['assigned', olga.id, null, ana.id],
    ])
  })

  test('a page of activity goes on exactly where the one before ended', async () => {
    const { olga, path } = await open()
    const written: string[] = []
    for (let number = 0; number < 7; number++) {
      if (number % 2) await olga.call('PATCH', path, { status: number % 4 === 1 ? 'closed' : 'open' })
      else await olga.call('POST', `${path}/notes`, { text: `Note ${number}` })
      written.unshift(String(number))
    }
    const seen: string[] = []
    let cursor = ''
    do {
      const { body } = await olga.call('GET', `${path}/activity?limit=3${cursor && `&cursor=${cursor}`}`)
      seen.push(...body.data.entries.map(({ id }: ThreadEntry) => id))
      cursor = body.data.pagination.nextCursor ?? ''
    } while (cursor)
    expect(new Set(seen).size).toBe(written.length)
    expect(seen).toHaveLength(written.length)
  })

  test('a message of the customer opens a closed chat, and the thread says so', async () => {
    const { olga, path, receive } = await open()
    await olga.call('PATCH', path, { status: 'closed' })
    await receive('One more thing')
    const { entries } = (await olga.call('GET', `${path}/activity`)).body.data
    expect(entries[0]).toMatchObject({ kind: 'status', userId: null, before: 'closed', after: 'open' })
  })

  test('a chat that does not exist has no notes', async () => {
    const { olga } = await open()
    const nowhere = '/api/conversations/cnv_nowhere/notes'
    expect((await olga.call('GET', nowhere)).status).toBe(404)
    expect((await olga.call('POST', nowhere, { text: 'Hello?' })).status).toBe(404)
  })
})
