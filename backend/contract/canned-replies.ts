import * as z from 'zod'
import { defineRoutes, Done } from './route.ts'
import { CleanText, Id, Instant } from './values.ts'

/** What is typed after the slash: one word, lower case. */
const Shortcut = CleanText.trim()
  .toLowerCase()
  .min(1)
  .max(40)
  .regex(/^[^\s/]+$/, 'Use one word without a slash.')

/** Of a personal one only its owner knows. */
export const CannedScope = z.enum(['workspace', 'personal'])

export const CannedReply = z.object({
  id: Id,
  createdAt: Instant,
  updatedAt: Instant,
  shortcut: z.string(),
  text: z.string(),
  mediaId: Id.nullable(),
  scope: CannedScope,
})
export type CannedReply = z.infer<typeof CannedReply>

const Editable = z.strictObject({
  shortcut: Shortcut,
  text: CleanText.trim().min(1).max(4096),
  mediaId: Id.nullable().default(null),
  scope: CannedScope.default('workspace'),
})

export const cannedReplies = defineRoutes({
  list: {
    method: 'GET',
    path: '/canned-replies',
    result: z.object({ cannedReplies: z.array(CannedReply) }),
    summary: 'Saved answers: those of the workspace and your own, by shortcut',
  },
  create: {
    method: 'POST',
    path: '/canned-replies',
    body: Editable,
    result: CannedReply,
    status: 201,
    idempotent: true,
    summary: 'Save an answer; agents save personal ones',
  },
  update: {
    method: 'PATCH',
    path: '/canned-replies/:cannedReplyId',
    body: z.strictObject({
      shortcut: Shortcut.optional(),
      text: CleanText.trim().min(1).max(4096).optional(),
      mediaId: Id.nullable().optional(),
    }),
    result: CannedReply,
    summary: 'Change a saved answer',
  },
  remove: {
    method: 'DELETE',
    path: '/canned-replies/:cannedReplyId',
    result: Done,
    summary: 'Delete a saved answer',
  },
})
