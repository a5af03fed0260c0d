import { describe, expect, test } from 'vitest'
import type { SearchHit } from '../../contract/search.ts'
import { openColleagues } from '../../test/colleagues.ts'
import { openStores, owner, register } from '../../test/world.ts'

const stores = await openStores()

describe.each(stores)('searching, on $kind', ({ databaseUrl }) => {
  async function open() {
    const world = await openColleagues(await databaseUrl())
    const find = async (q: string, more = '') => {
      const { body } = await world.olga.call('GET', `/api/search?q=${encodeURIComponent(q)}${more}`)
      return Object.fromEntries(
        body.data.groups.map(({ group, ...found }: { group: string }) => [group, found]),
      ) as Record<string, { hits: SearchHit[]; nextCursor: string | null }>
    }
    return { ...world, find }
  }

  test('messages, people and notes are found, each in its group, with the words marked', async () => {
    const { find, receive, olga, path, chat } = await open()
    await receive('Do you have the Café filter?')
    const note = (await olga.call('POST', `${path}/notes`, { text: 'Café filters are sold out' })).body.data
    const { messages, notes, contacts } = await find('cafe filter')
    expect(messages!.hits).toMatchObject([{ conversationId: chat.id, direction: 'inbound' }])
    const [hit] = messages!.hits
    expect(hit!.marks.map(([from, to]) => hit!.snippet.slice(from, to))).toEqual(['Café', 'filter'])
    expect(notes!.hits).toMatchObject([{ id: note.id, conversationId: chat.id, contactName: chat.contactName }])
    expect(contacts!.hits).toEqual([])
    const people = await find(chat.contactName.slice(0, 5))
    expect(people['contacts']!.hits).toMatchObject([{ contactId: chat.contactId, conversationId: chat.id }])
  })

  test('a group goes on page by page, the latest first, each hit once', async () => {
    const { find, receive } = await open()
    for (let number = 0; number < 7; number++) await receive(`parcel ${number}`)
    const seen: string[] = []
    let cursor = ''
    do {
      const { messages } = await find('parcel', `&group=messages&limit=3${cursor && `&cursor=${cursor}`}`)
      seen.push(...messages!.hits.map(({ snippet }) => snippet))
      cursor = messages!.nextCursor ?? ''
    } while (cursor)
    expect(seen).toHaveLength(7)
    expect(new Set(seen).size).toBe(7)
  })

  test('a note that is deleted is not found, and lines of activity never are', async () => {
    const { find, olga, path } = await open()
    const note = (await olga.call('POST', `${path}/notes`, { text: 'secret recipe' })).body.data
    await olga.call('PATCH', path, { tags: ['recipe'] })
    expect((await find('recipe'))['notes']!.hits).toHaveLength(1)
    await olga.call('DELETE', `${path}/notes/${note.id}`)
    expect((await find('recipe'))['notes']!.hits).toEqual([])
  })

  test('another workspace finds nothing of this one', async () => {
    const { app, receive } = await open()
    await receive('a very private thing')
    const cookie = await register(app, { ...owner, email: 'other@example.com' })
    const { body } = await app.call('GET', '/api/search?q=private', undefined, { cookie })
    expect(body.data.groups.flatMap(({ hits }: { hits: unknown[] }) => hits)).toEqual([])
  })

  test('one letter is too little to search for', async () => {
    const { olga } = await open()
    expect((await olga.call('GET', '/api/search?q=a')).status).toBe(422)
  })
})
