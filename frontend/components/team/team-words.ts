import type { Role } from '#contract/auth.ts'
import type { Visibility } from '#contract/workspace.ts'

export const roleNames: Record<Role, string> = { owner: 'Owner', admin: 'Admin', agent: 'Agent' }

export const roleHints: Record<Exclude<Role, 'owner'>, string> = {
  agent: 'Answers customers.',
  admin: 'Also connects numbers, edits templates and invites people.',
}

/** How many there are, as words: no number is exact above `most`. */
export function chatsOf(count: number, most: number): string {
  if (count === 1) return 'the chat'
  return count >= most ? `the first ${most.toLocaleString()} chats` : `the ${count.toLocaleString()} chats`
}

export const visibilityNames: Record<Visibility, string> = {
  all: 'all conversations',
  unassigned: 'own and unassigned',
  mine: 'only their own',
}
