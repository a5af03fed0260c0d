import {
  AlarmClock,
  Check,
  Hash,
  Hourglass,
  MailOpen,
  MessageSquareDashed,
  PanelRight,
  Reply,
  RotateCcw,
  StickyNote,
  UserCheck,
  UserPlus,
  UserX,
} from '@lucide/vue'
import type { CannedReply } from '#contract/canned-replies.ts'
import type { Conversation } from '#contract/conversations.ts'
import type { TeamMember } from '../../composables/useTeam.ts'
import { fullTime } from '../../format.ts'
import type { Command } from '../../state/commands.ts'
import { snoozeTimes } from './snooze.ts'

type Acts = {
  toggleClosed: () => void
  setStatus: (status: Conversation['status']) => void
  assign: (userId: string | null) => void
  snooze: (until: string | null) => void
  tags: () => void
  markUnread: () => void
  reply: () => void
  note: () => void
  panel: () => void
  useCanned: (reply: CannedReply) => void
}
type Facts = {
  conversation: Conversation
  members: TeamMember[]
  me: string | undefined
  replies: CannedReply[]
  now: number
}

/** What can be done to the open chat, for the command bar. */
export function chatCommands({ conversation, members, me, replies, now }: Facts, acts: Acts): Command[] {
  const group = `Chat with ${conversation.contactName}`
  const command = (id: string, label: string, icon: Command['icon'], run: () => void, keys?: string): Command => ({
    id: `chat:${id}`,
    group,
    label,
    ...(icon && { icon }),
    ...(keys && { keys }),
    run,
  })
  const closed = conversation.status === 'closed'
  return [
    command('reply', 'Reply', Reply, acts.reply, 'R'),
    command('note', 'Write a note', StickyNote, acts.note, 'N'),
    command('close', closed ? 'Reopen' : 'Close', closed ? RotateCcw : Check, acts.toggleClosed, 'E'),
    ...(conversation.status === 'open'
      ? [command('pending', 'Mark as pending', Hourglass, () => acts.setStatus('pending'))]
      : []),
    ...(me && conversation.assignedTo !== me
      ? [command('take', 'Assign to me', UserCheck, () => acts.assign(me))]
      : []),
    ...members
      .filter(({ id }) => id !== me && id !== conversation.assignedTo)
      .map(({ id, name }) => command(`assign:${id}`, `Assign to ${name}`, UserPlus, () => acts.assign(id))),
    ...(conversation.assignedTo ? [command('free', 'Assign to nobody', UserX, () => acts.assign(null))] : []),
    ...snoozeTimes(new Date(now)).map(({ label, until }) => ({
      ...command(`snooze:${label}`, `Snooze · ${label}`, AlarmClock, () => acts.snooze(until)),
      hint: fullTime(until),
    })),
    ...(conversation.snoozedUntil ? [command('wake', 'Wake it now', AlarmClock, () => acts.snooze(null))] : []),
    command('tags', 'Tags', Hash, acts.tags, 'T'),
    command('unread', 'Mark as unread', MailOpen, acts.markUnread, 'U'),
    command('details', 'Details', PanelRight, acts.panel, 'I'),
    ...replies.map((reply) => ({
      id: `canned:${reply.id}`,
      group: 'Saved answers',
      label: `/${reply.shortcut}`,
      hint: reply.text,
      icon: MessageSquareDashed,
      run: () => acts.useCanned(reply),
    })),
  ]
}
