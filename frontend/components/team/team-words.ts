import type { Role } from '#contract/auth.ts'
import type { Visibility } from '#contract/workspace.ts'

export const roleNames: Record<Role, string> = { owner: 'Owner', admin: 'Admin', agent: 'Agent' }

export const roleHints: Record<Exclude<Role, 'owner'>, string> = {
  agent: 'Answers customers.',
  admin: 'Also connects numbers, edits templates and invites people.',
}

export const visibilityNames: Record<Visibility, string> = {
  all: 'all conversations',
  unassigned: 'own and unassigned',
  mine: 'only their own',
}
