import type { Role } from '#contract/auth.ts'

export const roleNames: Record<Role, string> = { owner: 'Owner', admin: 'Admin', agent: 'Agent' }

export const roleHints: Record<Exclude<Role, 'owner'>, string> = {
  agent: 'Answers customers.',
  admin: 'Also connects numbers, edits templates and invites people.',
}
