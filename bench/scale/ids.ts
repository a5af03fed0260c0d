/** Asks Parley under `/api`; with a body it posts. Answers what is under `data`. */
export type Ask = <T>(path: string, body?: object) => Promise<T>

export type Ids = {
  channels: string[]
  users: string[]
  chats: string[]
  /** Chats of thousands of messages. */
  long: string[]
  contacts: string[]
  stages: string[]
  leads: string[]
  /** Cursors of second pages. */
  next: { open: string; closed: string; contacts: string }
}

type Row = { id: string; inboundCount?: number }

export async function findIds(ask: Ask): Promise<Ids> {
  const rows = async (path: string, name: string) => (await ask<Record<string, Row[]>>(path))[name]!
  const list = async (path: string, name: string) => (await rows(path, name)).map(({ id }) => id)
  const cursor = async (path: string) => (await ask<{ pagination: { nextCursor: string } }>(path)).pagination.nextCursor
  const latest = (
    await Promise.all(
      ['open', 'pending', 'closed'].map((status) => rows(`/conversations?status=${status}&limit=100`, 'conversations')),
    )
  ).flat()
  const byLength = latest.toSorted((a, b) => (b.inboundCount ?? 0) - (a.inboundCount ?? 0))
  return {
    channels: (await list('/channels', 'channels')).slice(-2),
    users: await list('/team', 'members'),
    chats: latest.map(({ id }) => id),
    long: byLength.slice(0, 5).map(({ id }) => id),
    contacts: await list('/contacts?limit=50', 'contacts'),
    stages: await list('/lead-stages', 'stages'),
    leads: await list('/leads?limit=50', 'leads'),
    next: {
      open: await cursor('/conversations?status=open&limit=30'),
      closed: await cursor('/conversations?status=closed&limit=30'),
      contacts: await cursor('/contacts?limit=100'),
    },
  }
}
