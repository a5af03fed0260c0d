import { AlarmClock, Inbox, Reply, User, UserX } from '@lucide/vue'
import type { Component } from 'vue'
import type { Box } from '../../state/inbox-view.ts'

/** The boxes of the inbox in words: what they hold, and what an empty one means. */
export const boxWords: Record<Box, { title: string; icon: Component; empty: string }> = {
  mine: { title: 'Mine', icon: User, empty: 'Nothing is assigned to you. Press A in a chat to take it.' },
  unassigned: { title: 'Unassigned', icon: UserX, empty: 'Every open chat has someone who looks after it.' },
  all: { title: 'All', icon: Inbox, empty: 'No chat is waiting here.' },
  needs_reply: { title: 'Needs reply', icon: Reply, empty: 'Every customer has an answer. Well done.' },
  snoozed: { title: 'Snoozed', icon: AlarmClock, empty: 'Press S in a chat to have it come back when you need it.' },
}
