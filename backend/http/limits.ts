import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible'
import { AppError } from '../errors.ts'
import { hashToken } from '../platform/crypto.ts'
import { networkOf } from './caller.ts'

/*
 * How often somebody may guess. Every attempt counts until it turns out right, so that a hundred at once are a hundred.
 *
 * - per network:             30 in ten minutes
 * - per account and network: 20 an hour; from the fifth on, a pause of 1, 2, 4 … 60 seconds after each
 * - second factor:           20 an hour per account, wherever from: only who has the password comes so far
 * - verify token of webhooks: 10 wrong ones a minute per network
 *
 * Nothing else counts per account alone: a stranger elsewhere could lock its owner out.
 */
export type Attempts = {
  /** Counts a code after the right password. */
  beginSecondFactor(userId: string): Promise<{ succeeded(): Promise<void> }>
  /** Refuses with 429, or counts this attempt. Call `succeeded` when it was right. */
  begin(who: { ip: string; account?: string }): Promise<{ succeeded(): Promise<void> }>
}

const perNetwork = { points: 30, duration: 600 }
const perAccount = { points: 20, duration: 3600 }
const perSecondFactor = { points: 20, duration: 3600 }
const freeAttempts = 5
const longestPause = 60

/** With a pool the counts are shared by all processes, in the table `rate_limits`; else they live in memory. */
export async function openAttempts(pool?: object): Promise<Attempts> {
  const networks = await openLimiter('network', perNetwork, pool)
  const accounts = await openLimiter('account', perAccount, pool)
  const secondFactors = await openLimiter('second-factor', perSecondFactor, pool)
  const pauses = await openLimiter('pause', { points: 1, duration: longestPause }, pool)

  return {
    async beginSecondFactor(userId) {
      await counted(secondFactors.consume(userId))
      return { succeeded: async () => void (await secondFactors.delete(userId)) }
    },

    async begin({ ip, account }) {
      const network = networkOf(ip)
      await counted(networks.consume(network))
      if (account === undefined) return { succeeded: async () => void (await networks.reward(network)) }

      const key = hashToken(`${account} ${network}`)
      const pause = await pauses.get(key)
      if (pause && pause.consumedPoints > 1) refuse(pause)
      const { consumedPoints } = await counted(accounts.consume(key))
      const further = consumedPoints - freeAttempts
      if (further >= 0) await pauses.block(key, Math.min(longestPause, 2 ** further))
      return {
        async succeeded() {
          await Promise.all([networks.reward(network), accounts.delete(key), pauses.delete(key)])
        },
      }
    },
  }
}

const perVerifyToken = { points: 10, duration: 60 }

export type Guesses = {
  /** Refuses with 429 whoever guessed wrong too often, whatever the guess is now. */
  check(ip: string): Promise<void>
  wrong(ip: string): Promise<void>
}

/** Wrong verify tokens, each process for itself. */
export function openVerifyTokenGuesses(): Guesses {
  const networks = new RateLimiterMemory({ keyPrefix: 'verify-token', ...perVerifyToken })
  return {
    async check(ip) {
      const state = await networks.get(networkOf(ip))
      if (state && state.consumedPoints >= perVerifyToken.points) refuse(state)
    },
    wrong: async (ip) => void (await networks.penalty(networkOf(ip))),
  }
}

/** A limiter rejects with its state when there is nothing left. */
async function counted(attempt: Promise<RateLimiterRes>): Promise<RateLimiterRes> {
  return attempt.catch((reason: unknown) => {
    if (reason instanceof RateLimiterRes) refuse(reason)
    throw reason
  })
}

function refuse({ msBeforeNext }: RateLimiterRes): never {
  throw new AppError('auth.too_many_attempts', { retryAfter: msBeforeNext / 1000 })
}

async function openLimiter(
  name: string,
  limit: { points: number; duration: number },
  pool: object | undefined,
): Promise<RateLimiterAbstract> {
  const options = { keyPrefix: `attempts-${name}`, ...limit }
  if (!pool) return new RateLimiterMemory(options)
  return new Promise((resolve, reject) => {
    const limiter = new RateLimiterPostgres(
      {
        ...options,
        storeClient: pool,
        storeType: 'pool',
        tableName: 'rate_limits',
        insuranceLimiter: new RateLimiterMemory(options),
      },
      (error?: Error) => (error ? reject(error) : resolve(limiter)),
    )
  })
}
