/** Of the window: whose chat is open, after how many others wait. */
export const inboxTitle = (unread: number, name?: string): string =>
  `${unread > 0 ? `(${unread}) ` : ''}${name || 'Inbox'} · Parley`
