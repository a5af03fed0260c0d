import { randomBytes } from 'node:crypto'
import type { Notification, Pool, PoolClient } from 'pg'
import type { Log } from '../store/store.ts'
import { createFrameReader, splitIntoFrames } from './frames.ts'

/*
 * Bus: how the processes that share a database tell each other what their browsers should hear.
 *
 * - what one process sends arrives at every other one in the order of sending, at most once
 * - gap: something may have been missed; whoever relies on the bus catches up from the store
 * - one connection both listens and sends, so that sending never waits behind the store's own statements, and a broken
 *   line is one event and not two
 */
export type Bus<Message> = {
  send(message: Message): void
  /** Other processes that were heard of lately. With none, nothing is sent. */
  peers(): number
  close(): Promise<void>
}

export type BusListener<Message> = {
  onMessage(message: Message, peer: string): void
  onPeer(peer: string): void
  onPeerGone(peer: string): void
  onGap(): void
}

type Options = {
  pool: Pool
  log: Log
  /** A process says so often that it is there; one that was silent six times as long is gone. */
  heartbeatMs?: number
  /** Waiting messages beyond it are thrown away, and the peers are told that there was a gap. */
  bufferedBytes?: number
}

const channel = 'parley_live'
const batchBytes = 256 * 1024
const notify = 'select pg_notify($1, frame) from unnest($2::text[]) as frame'

/** Said by the bus itself, between the messages. `bye`: this process ends. */
type Word = 'here' | 'bye' | 'gap'
const words = new Set<unknown>(['here', 'bye', 'gap'] satisfies Word[])

type Line = { client: PoolClient; heardAt: number }

export function createPostgresBus<Message extends object>(
  { pool, log, heartbeatMs = 5000, bufferedBytes = 8 * 1024 * 1024 }: Options,
  listener: BusListener<Message>,
): Bus<Message> {
  const self = randomBytes(8).toString('hex')
  const frames = createFrameReader()
  const peers = new Map<string, number>()
  let waiting: string[] = []
  let waitingBytes = 0
  let line: Line | undefined
  let lines = 0
  let isWriting = false
  let written: Promise<void> = Promise.resolve()
  let retry: NodeJS.Timeout | undefined
  let closed = false
  const clock = () => performance.now()

  async function connect(): Promise<void> {
    let client: PoolClient | undefined
    try {
      client = await pool.connect()
      const opened: Line = { client, heardAt: clock() }
      client.on('notification', receive)
      client.on('error', () => lose(opened))
      client.on('end', () => lose(opened))
      await client.query(`listen ${channel}`)
      if (closed) return client.release(true)
      line = opened
    } catch (error) {
      client?.release(true)
      log.warn(`Live events of other processes cannot be heard now: ${String(error)}`)
      return connectLater()
    }
    say('here')
    if (lines++ > 0) listener.onGap()
  }

  function connectLater(): void {
    if (!closed) retry = setTimeout(connect, 500 + Math.random() * 1000)
  }

  function lose(lost: Line): void {
    if (line !== lost) return
    line = undefined
    lost.client.release(true)
    log.warn('The connection that carries live events between processes was lost')
    connectLater()
  }

  function receive({ payload = '' }: Notification): void {
    if (line && payload.startsWith(self)) line.heardAt = clock()
    else accept(payload)
  }

  function accept(payload: string): void {
    const received = frames.read(payload)
    if (!received) return
    meet(received.sender)
    for (const item of parse(received.text)) {
      if (item === 'gap') listener.onGap()
      else if (item === 'bye') part(received.sender)
      else if (!words.has(item)) listener.onMessage(item as Message, received.sender)
    }
  }

  function parse(text: string): unknown[] {
    try {
      return JSON.parse(text) as unknown[]
    } catch {
      log.warn('A live event of another process could not be read')
      return ['gap']
    }
  }

  /** A process that was not known, or was forgotten, may have said things before; it also cannot know us yet. */
  function meet(peer: string): void {
    const isNew = !peers.has(peer)
    peers.set(peer, clock())
    if (!isNew) return
    say('here')
    listener.onPeer(peer)
    listener.onGap()
  }

  function part(peer: string): void {
    frames.forget(peer)
    if (peers.delete(peer)) listener.onPeerGone(peer)
  }

  function beat(): void {
    const now = clock()
    for (const [peer, heardAt] of peers) if (now - heardAt > 6 * heartbeatMs) part(peer)
    // Our own heartbeat comes back on the same line; when it does not, the line is dead though nobody said so.
    if (line && now - line.heardAt > 3 * heartbeatMs) return lose(line)
    say('here')
  }

  function say(word: Word): void {
    push(JSON.stringify(word))
  }

  function push(text: string): void {
    if (closed || (!line && text === '"here"')) return
    if (waitingBytes + text.length > bufferedBytes) {
      log.warn('Live events for other processes were thrown away: they could not be sent for too long')
      waiting = []
      waitingBytes = 0
      return say('gap')
    }
    waiting.push(text)
    waitingBytes += text.length
    if (!isWriting) written = write()
  }

  async function write(): Promise<void> {
    isWriting = true
    // Lets everything that this turn of the event loop still sends go in the same statement.
    await Promise.resolve()
    while (line && waiting.length > 0) {
      const { client } = line
      const batch = splitIntoFrames(self, `[${takeBatch().join(',')}]`)
      try {
        await client.query({ name: 'parley_live', text: notify, values: [channel, batch] })
      } catch {
        // Whether it arrived is unknown. Twice would be out of order, so it is a gap instead.
        waiting.unshift(JSON.stringify('gap'))
        if (line?.client === client) lose(line)
      }
    }
    isWriting = false
  }

  function takeBatch(): string[] {
    let bytes = 0
    let count = 0
    while (count < waiting.length && (count === 0 || bytes + waiting[count]!.length <= batchBytes))
      bytes += waiting[count++]!.length
    waitingBytes = Math.max(0, waitingBytes - bytes)
    return waiting.splice(0, count)
  }

  const timer = setInterval(beat, heartbeatMs)
  void connect()

  return {
    send(message) {
      if (peers.size > 0) push(JSON.stringify(message))
    },
    peers: () => peers.size,
    async close() {
      say('bye')
      closed = true
      clearInterval(timer)
      clearTimeout(retry)
      await written
      const last = line
      line = undefined
      last?.client.release(true)
    },
  }
}
