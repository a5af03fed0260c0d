import type { Server } from 'node:http'
import { second } from '../platform/clock.ts'

/** How long a request may take that was already running when the stop came. */
const stopPatience = 20 * second

/** Idle connections would keep a server open for as long as their browsers like. */
export async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return
  const closed = new Promise((resolved) => server.close(resolved))
  // A connection is idle only once its last answer is out, so those that finish now are looked for again.
  const sweep = setInterval(() => server.closeIdleConnections(), 50)
  server.closeIdleConnections()
  const timer = setTimeout(() => server.closeAllConnections(), stopPatience)
  await closed
  clearInterval(sweep)
  clearTimeout(timer)
}
