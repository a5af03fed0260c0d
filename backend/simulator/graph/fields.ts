import { GraphError } from '../errors/graph-error.ts'

export type Node = Record<string, unknown>

/** `fields=a,b{c,d}` picks members; without it a node shows its defaults. The id is always there. */
export function selectFields(node: Node, wanted: unknown, defaults: readonly string[], nodeType: string): Node {
  const names = typeof wanted === 'string' && wanted.trim() !== '' ? fieldNames(wanted) : defaults
  const unknown = names.find((name) => !(name in node))
  if (unknown !== undefined) {
    throw new GraphError(100, { title: `Tried accessing nonexisting field (${unknown}) on node type (${nodeType})` })
  }
  return Object.fromEntries(
    [...new Set([...names, 'id'])].filter((name) => node[name] !== undefined).map((name) => [name, node[name]]),
  )
}

/** Top-level names only: what is asked inside braces is answered whole. */
function fieldNames(wanted: string): string[] {
  let outside = wanted
  while (/[{(]/.test(outside)) {
    const reduced = outside.replace(/\{[^{}]*\}|\([^()]*\)/g, '')
    if (reduced === outside) break
    outside = reduced
  }
  return outside
    .split(',')
    .map((name) => name.trim().replace(/\.\w+$/, ''))
    .filter((name) => name !== '')
}
