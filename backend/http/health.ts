import type { RequestHandler } from 'express'
import { AppError } from '../errors.ts'
import { answerData } from './answer.ts'

/** `down` means no request can be served well; `degraded` that some cannot. */
export type Check = () => Promise<'ok' | 'degraded' | 'down'>

export type Health = { checks: { [name: string]: Check }; isStopping: () => boolean }

const patience = 2000

/** /livez says the process answers and asks nobody. /readyz and /health say whether to send it requests. */
export function answerHealth({ checks, isStopping }: Health): RequestHandler {
  return async (request, response, next) => {
    const answers = paths.get(request.path)
    if (!answers) return next()
    response.setHeader('cache-control', 'no-store')
    if (answers === 'alive') return answerData(response, 200, { status: 'ok' })
    if (isStopping()) throw new AppError('server.stopping', { retryAfter: 5 })
    const results = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => ({ name, state: await ask(check) })),
    )
    const named = (state: string) => results.filter((result) => result.state === state).map(({ name }) => name)
    const [down, degraded] = [named('down'), named('degraded')]
    if (down.length > 0) throw new AppError('server.not_ready', { details: { down, degraded }, retryAfter: 5 })
    answerData(response, 200, { status: degraded.length > 0 ? 'degraded' : 'ok', degraded })
  }
}

const paths = new Map([
  ['/livez', 'alive'],
  ['/readyz', 'ready'],
  ['/health', 'ready'],
  ['/api/health', 'ready'],
])

/** Asked every few seconds for ever, so nobody wants to read of it. */
export const isHealth = (path: string): boolean => paths.has(path)

/** A check that hangs is an answer too. */
async function ask(check: Check): Promise<Awaited<ReturnType<Check>>> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'down'>((resolve) => {
    timer = setTimeout(resolve, patience, 'down')
  })
  return Promise.race([check().catch(() => 'down' as const), late]).finally(() => clearTimeout(timer))
}
