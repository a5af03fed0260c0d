import type { ThreadEntry } from '#contract/notes.ts'
import { fullTime } from '../../format.ts'

const statusWords: Record<string, string> = {
  open: 'reopened the chat',
  pending: 'marked it as pending',
  closed: 'closed the chat',
}
const passive: Record<string, string> = {
  open: 'The chat was opened again',
  pending: 'The chat is pending',
  closed: 'The chat was closed',
}

type Names = { me: string | undefined; nameOf: (id: string | null) => string | null; contactName: string }

/** One line that says who did what, as a person would. */
export function sentenceOfEntry({ kind, userId, before, after }: ThreadEntry, names: Names): string {
  const who = userId === null ? null : userId === names.me ? 'You' : (names.nameOf(userId) ?? 'Someone')
  switch (kind) {
    case 'status':
      // In marks, as tags are: what a customer is called could be the beginning of another sentence.
      if (userId === null && after === 'open') return `“${names.contactName}” wrote, so the chat is open again`
      return who ? `${who} ${statusWords[String(after)]}` : passive[String(after)]!
    case 'assigned':
      return assignedSentence(who, userId, (after as string | null) ?? null, names)
    case 'snoozed':
      return `${who ?? 'The chat'} ${who ? 'snoozed it' : 'sleeps'} until ${fullTime(String(after))}`
    case 'woke':
      return who ? `${who} woke the chat` : 'The chat woke up'
    case 'tags':
      return `${who ?? 'A rule'} ${tagWords(before as string[], after as string[])}`
    case 'automation':
      return `${who ?? 'A rule'} ${after === 'paused' ? 'paused' : 'resumed'} automation`
    case 'note':
      return ''
  }
}

function assignedSentence(who: string | null, userId: string | null, to: string | null, names: Names): string {
  if (to === null) return who ? `${who} took the assignment away` : 'Nobody is assigned any more'
  if (to === userId) return `${who} took the chat`
  const whom = to === names.me ? 'you' : (names.nameOf(to) ?? 'someone')
  return who ? `${who} assigned it to ${whom}` : `Assigned to ${whom}`
}

function tagWords(before: string[], after: string[]): string {
  const quoted = (tags: string[]) => tags.map((tag) => `“${tag}”`).join(', ')
  const added = after.filter((tag) => !before.includes(tag))
  const removed = before.filter((tag) => !after.includes(tag))
  return [added.length > 0 && `added ${quoted(added)}`, removed.length > 0 && `removed ${quoted(removed)}`]
    .filter(Boolean)
    .join(' and ')
}
