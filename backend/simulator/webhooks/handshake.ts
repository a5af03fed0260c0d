import { randomInt } from 'node:crypto'
import { GraphError } from '../errors/graph-error.ts'

/**
 * The GET that Meta makes whenever a callback URL is saved. It succeeds only with status 200 and the bare challenge as the body.
 * The wording of a failure is how Graph words it, with curl's numbers.
 */
export async function verifyCallback(callbackUrl: string, verifyToken: string, timeoutMs = 5000): Promise<void> {
  const challenge = String(randomInt(100_000_000, 2_000_000_000))
  const url = callbackAddress(callbackUrl)
  url.searchParams.set('hub.mode', 'subscribe')
  url.searchParams.set('hub.challenge', challenge)
  url.searchParams.set('hub.verify_token', verifyToken)
  const answer = await fetch(url, {
    headers: { 'user-agent': 'facebookplatform/1.0 (+http://developers.facebook.com)', accept: '*/*' },
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((error: unknown) => {
    throw verificationFailed(
      isTimeout(error)
        ? 'curl_errno = 28; curl_error = Operation timed out'
        : 'curl_errno = 7; curl_error = Failed to connect to host',
    )
  })
  const body = await answer.text()
  if (answer.status !== 200) {
    throw verificationFailed(`HTTP Status Code = ${answer.status}; HTTP Message = ${answer.statusText || 'Unknown'}`)
  }
  if (body !== challenge) {
    throw new GraphError(2200, {
      message: `(#2200) Callback verification failed with the following errors: The challenge was not echoed. Expected "${challenge}", received "${body.slice(0, 60)}"`,
    })
  }
}

function callbackAddress(callbackUrl: string): URL {
  const url = URL.parse(callbackUrl)
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw new GraphError(100, { title: 'Param callback_url must be a valid URI.' })
  }
  return url
}

const isTimeout = (error: unknown): boolean => error instanceof Error && error.name === 'TimeoutError'

const verificationFailed = (reason: string): GraphError =>
  new GraphError(2200, { message: `(#2200) Callback verification failed with the following errors: ${reason}` })
