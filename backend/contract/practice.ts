import * as z from 'zod'
import { defineRoutes, Done } from './route.ts'
import { CleanText, Id } from './values.ts'

/** The practice customer: someone to try everything on before a real number is connected. */
export const practice = defineRoutes({
  say: {
    method: 'POST',
    path: '/practice/messages',
    body: z.strictObject({ text: CleanText.trim().min(1).max(4096) }),
    result: z.object({ conversationId: Id.nullable() }),
    status: 202,
    summary: 'Write as the practice customer',
  },
  restore: {
    method: 'POST',
    path: '/practice',
    result: z.object({ channelId: Id }),
    access: 'admin',
    status: 201,
    summary: 'Bring the practice customer back',
  },
  remove: {
    method: 'DELETE',
    path: '/practice',
    result: Done,
    access: 'admin',
    summary: 'Remove the practice customer with all its data',
  },
})
