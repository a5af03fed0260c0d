import * as z from 'zod'
import { defineRoutes } from './route.ts'
import { WorkspaceSettings } from './workspace.ts'

/** Who sees what, and how long it is kept. */
export const Policies = WorkspaceSettings.pick({
  agentVisibility: true,
  messageRetentionDays: true,
  mediaRetentionDays: true,
  webhookRetentionDays: true,
})
export type Policies = z.infer<typeof Policies>

const { agentVisibility, messageRetentionDays, mediaRetentionDays, webhookRetentionDays } = Policies.shape

/** What the files of the workspace take, and how much the operator lets them. */
export const Storage = z.object({ bytes: z.number(), files: z.number(), limitBytes: z.number().nullable() })
export type Storage = z.infer<typeof Storage>

export const policies = defineRoutes({
  storage: {
    method: 'GET',
    path: '/settings/storage',
    result: Storage,
    access: 'admin',
    summary: 'How much room the files take, and how much they may',
  },
  get: {
    method: 'GET',
    path: '/settings/policies',
    result: Policies,
    summary: 'Who sees what, and how long it is kept',
  },
  update: {
    method: 'PATCH',
    path: '/settings/policies',
    body: z.strictObject({
      agentVisibility: agentVisibility.unwrap().optional(),
      messageRetentionDays: messageRetentionDays.unwrap().optional(),
      mediaRetentionDays: mediaRetentionDays.unwrap().optional(),
      webhookRetentionDays: webhookRetentionDays.unwrap().optional(),
    }),
    result: Policies,
    access: 'admin',
    summary: 'Change who sees what, and how long it is kept; forgetting begins within minutes',
  },
})
