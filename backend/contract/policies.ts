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

export const policies = defineRoutes({
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
