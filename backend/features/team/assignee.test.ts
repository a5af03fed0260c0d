import { expect, test } from 'vitest'
import { openColleagues } from '../../test/colleagues.ts'
import { openStores } from '../../test/world.ts'

test.each(await openStores())('nobody is given work who cannot sign in, on $kind', async ({ databaseUrl }) => {
  const { olga, ana, chat } = await openColleagues(await databaseUrl())
  const gifts: [string, string, object][] = [
    ['PATCH', `/api/conversations/${chat.id}`, { assignedTo: ana.id }],
    ['POST', '/api/conversations/bulk', { ids: [chat.id], change: { assignedTo: ana.id } }],
    ['POST', '/api/leads', { contactId: chat.contactId, title: 'Cakes', ownerId: ana.id }],
    ['PATCH', '/api/settings/pipeline', { assign: { userId: ana.id } }],
  ]
  await olga.call('PATCH', `/api/team/${ana.id}`, { disabled: true })
  for (const gift of gifts) expect((await olga.call(...gift)).body.error?.code).toBe('user.not_found')
  await olga.call('PATCH', `/api/team/${ana.id}`, { disabled: false })
  for (const gift of gifts) expect((await olga.call(...gift)).status).toBeLessThan(300)
})
