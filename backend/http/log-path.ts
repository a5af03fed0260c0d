/** A path of ours is much shorter. */
const longestPath = 300
const id = /^[a-z]{2,5}_[0-9a-z]{12,40}$/

/**
 * How the path of a request stands in the log: the words of our routes and ids. Whatever else is in the path of an API call was
 * typed by somebody and may be a name, a number or a token.
 */
export function createPathReader(routes: readonly string[]): (url: string) => string {
  const words = new Set(['api', ...routes.flatMap((route) => route.split('/'))])
  return (url) => {
    const path = url.split('?', 1)[0]!.slice(0, longestPath)
    if (!path.startsWith('/api/')) return path
    const known = (segment: string) => words.has(segment) || id.test(segment)
    return path
      .split('/')
      .map((segment) => (known(segment) ? segment : '•••'))
      .join('/')
  }
}
