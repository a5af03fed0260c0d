import { connect } from 'node:net'
import { quantile } from './figures.ts'

/*
 * Load over raw sockets: prebuilt requests, one under way per connection. An HTTP client would cost more than the servers
 * that are measured, and both share this machine.
 */
export type LoadResult = {
  seconds: number
  answers: number
  perSecond: number
  p50: number
  p95: number
  p99: number
  longest: number
  /** Status code → count. */
  statuses: Record<string, number>
}

type Load = {
  port: number
  connections: number
  /** Stops after that many seconds, or when `next` has nothing left. */
  seconds: number
  next: () => Buffer | undefined
}

export async function runLoad({ port, connections, seconds, next }: Load): Promise<LoadResult> {
  const times: number[] = []
  const statuses: Record<string, number> = {}
  const started = performance.now()
  const ends = started + seconds * 1000
  await Promise.all(Array.from({ length: connections }, () => runConnection()))
  const elapsed = (performance.now() - started) / 1000
  times.sort((a, b) => a - b)
  return {
    seconds: elapsed,
    answers: times.length,
    perSecond: times.length / elapsed,
    p50: quantile(times, 0.5),
    p95: quantile(times, 0.95),
    p99: quantile(times, 0.99),
    longest: times.at(-1) ?? Number.NaN,
    statuses,
  }

  function runConnection(): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      let sentAt = 0
      let buffered = ''
      const send = () => {
        const request = performance.now() < ends ? next() : undefined
        if (!request) return void socket.end()
        sentAt = performance.now()
        socket.write(request)
      }
      socket.on('connect', send)
      socket.on('data', (chunk) => {
        buffered += chunk.toString('latin1')
        const end = endOfAnswer(buffered)
        if (end === -1) return
        times.push(performance.now() - sentAt)
        const status = buffered.slice(9, 12)
        statuses[status] = (statuses[status] ?? 0) + 1
        buffered = ''
        send()
      })
      socket.on('error', reject)
      socket.on('close', () => resolve())
    })
  }
}

function endOfAnswer(text: string): number {
  const head = text.indexOf('\r\n\r\n')
  if (head === -1) return -1
  const length = /\r\ncontent-length: (\d+)/i.exec(text)?.[1]
  if (length !== undefined) return text.length >= head + 4 + Number(length) ? text.length : -1
  return text.endsWith('0\r\n\r\n') ? text.length : -1
}

export function buildRequest(
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: string | Buffer,
): Buffer {
  const payload = Buffer.from(body ?? '')
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(body === undefined ? [] : ['Content-Type: application/json', `Content-Length: ${payload.length}`]),
  ]
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), payload])
}
