import type { Endpoint } from '../feature.ts'

type Params = { [name: string]: string }
type Methods = Map<string, Endpoint>
type Pattern = { segments: readonly string[]; methods: Methods }

export type Found = { endpoint: Endpoint; params: Params } | { allowed: readonly string[] } | undefined

/**
 * Finds the endpoint of a request. Fixed paths win over those with parameters, so `/messages/recent` is not the message
 * "recent", whatever was declared first. With a hundred routes this is quicker than asking them one after the other.
 */
export function createRouteTable(endpoints: readonly Endpoint[]): (method: string, path: string) => Found {
  const fixed = new Map<string, Methods>()
  /** By the number of segments. */
  const patterns = new Map<number, Pattern[]>()
  for (const endpoint of endpoints) {
    const methods = endpoint.route.path.includes(':') ? methodsOfPattern(endpoint) : methodsOfPath(endpoint)
    if (methods.has(endpoint.route.method))
      throw new Error(`${endpoint.route.method} ${endpoint.route.path} is declared twice`)
    methods.set(endpoint.route.method, endpoint)
  }

  function methodsOfPath({ route }: Endpoint): Methods {
    const methods = fixed.get(route.path) ?? new Map()
    fixed.set(route.path, methods)
    return methods
  }

  function methodsOfPattern({ route }: Endpoint): Methods {
    const segments = route.path.split('/')
    const alike = patterns.get(segments.length) ?? []
    patterns.set(segments.length, alike)
    const known = alike.find((pattern) => pattern.segments.join('/') === route.path)
    if (known) return known.methods
    const pattern = { segments, methods: new Map() }
    alike.push(pattern)
    return pattern.methods
  }

  return (method, givenPath) => {
    const path = givenPath.length > 1 && givenPath.endsWith('/') ? givenPath.slice(0, -1) : givenPath
    const wanted = method === 'HEAD' ? 'GET' : method
    const allowed: string[] = []
    const methods = fixed.get(path)
    const endpoint = methods?.get(wanted)
    if (endpoint) return { endpoint, params: {} }
    if (methods) allowed.push(...methods.keys())
    const segments = path.split('/')
    for (const pattern of patterns.get(segments.length) ?? []) {
      if (!matches(pattern.segments, segments)) continue
      const matched = pattern.methods.get(wanted)
      if (matched) return { endpoint: matched, params: readParams(pattern.segments, segments) }
      allowed.push(...pattern.methods.keys())
    }
    return allowed.length > 0 ? { allowed } : undefined
  }
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  return pattern.every((part, index) => (part.startsWith(':') ? segments[index] !== '' : part === segments[index]))
}

/** Throws URIError for a `%` that encodes nothing. */
function readParams(pattern: readonly string[], segments: readonly string[]): Params {
  const params: Params = {}
  for (const [index, part] of pattern.entries())
    if (part.startsWith(':')) params[part.slice(1)] = decodeURIComponent(segments[index]!)
  return params
}
