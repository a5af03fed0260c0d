import { compact } from './person.ts'

export const buttonReply = (p: { id?: string; title?: string } = {}) =>
  interactive('button_reply', { id: p.id ?? 'yes', title: p.title ?? 'Yes' })

export const listReply = (p: { id?: string; title?: string; description?: string } = {}) =>
  interactive('list_reply', compact({ id: p.id ?? 'row-1', title: p.title ?? 'Priority', description: p.description }))

/** The answer to a flow. `response` may be any JSON: some flows answer with a list or drop the token. */
export const flowReply = (p: { name?: string; body?: string; response?: unknown; flowToken?: string } = {}) =>
  interactive('nfm_reply', {
    name: p.name ?? 'flow',
    body: p.body ?? 'Sent',
    response_json: JSON.stringify(
      p.response ?? { flow_token: p.flowToken ?? 'unused', appointment: '2026-12-01 10:00' },
    ),
  })

export const callPermissionReply = (
  p: {
    response?: 'accept' | 'reject'
    permanent?: boolean
    expiresAt?: number
    source?: 'user_action' | 'automatic'
  } = {},
) =>
  interactive(
    'call_permission_reply',
    compact({
      response: p.response ?? 'accept',
      is_permanent: p.permanent ?? false,
      expiration_timestamp: p.expiresAt === undefined ? undefined : String(p.expiresAt),
      response_source: p.source ?? 'user_action',
    }),
  )

export const paymentMethodReply = (p: Record<string, unknown> = {}) =>
  interactive('payment_method', { payment_method: 'pix', reference_id: 'order-1', ...p })

/** Happens beside `value.errors`: the type is there and its object is not. */
export const emptyInteractive = () => ({ type: 'interactive' })

const interactive = (type: string, answer: object) => ({ type: 'interactive', interactive: { type, [type]: answer } })
