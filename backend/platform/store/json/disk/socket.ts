import { unlink } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { relative } from 'node:path'

const answerWithinMs = 300

/** Whether a living process listens there. The system answers for one that is stopped or busy. */
export function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(shorten(path))
    const finish = (isAlive: boolean) => {
      socket.destroy()
      resolve(isAlive)
    }
    socket.once('connect', () => finish(true)).once('error', () => finish(false))
    socket.setTimeout(answerWithinMs, () => finish(true))
  })
}

export async function listen(path: string): Promise<Server> {
  await unlink(path).catch(() => {})
  const server = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(shorten(path), resolve)
  })
  return server.unref()
}

/** The name of a socket has at most 107 bytes. */
function shorten(path: string): string {
  const short = relative(process.cwd(), path)
  return short.length < path.length ? short : path
}
