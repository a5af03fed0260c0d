import { readFileSync } from 'node:fs'
import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Files, the store and the database need some of the process's open files, too. */
const keptBack = 256
/** Nothing came and nothing went for so long: nobody is there, or somebody who takes without reading. */
const silenceMs = 120_000

/**
 * Slow and idle connections must not use up the server. When there are as many as there may be, the one that has asked
 * for nothing for the longest time makes room for the next: an idle browser opens another when it needs one.
 */
export function limitConnections(server: Server, most: number): () => number {
  const limit = Math.min(most, openFilesLimit() - keptBack)
  const all = new Set<Socket>()
  /** Those without a request under way, the longest quiet first. */
  const quiet = new Set<Socket>()

  server.headersTimeout = 15_000
  // Long enough for the largest upload over a slow line; a small body that trickles in holds little.
  server.requestTimeout = 300_000
  // Longer than the proxies in front keep theirs, or they would send into a connection that is just being closed.
  server.keepAliveTimeout = 65_000
  server.timeout = silenceMs
  server.on('connection', (socket) => {
    if (all.size >= limit) (quiet.values().next().value ?? socket).destroy()
    all.add(socket)
    quiet.add(socket)
    socket.once('close', () => {
      all.delete(socket)
      quiet.delete(socket)
    })
  })
  server.prependListener('request', ({ socket }, response) => {
    quiet.delete(socket)
    response.on('close', becomeQuiet)
  })
  function becomeQuiet(this: ServerResponse): void {
    const { socket } = this.req
    if (all.has(socket)) quiet.add(socket)
  }
  // A live connection has no requests, and is not idle either.
  server.prependListener('upgrade', ({ socket }) => void quiet.delete(socket as Socket))
  return () => all.size
}

function openFilesLimit(): number {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8')
    return Number(/^Max open files +(\d+)/m.exec(limits)?.[1] ?? Infinity)
  } catch {
    return Infinity
  }
}
