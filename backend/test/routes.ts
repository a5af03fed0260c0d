import { readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Route } from '../contract/route.ts'

const folder = resolve(import.meta.dirname, '../contract')

/** Every route of the contract, so that a test which goes through all of them also meets those of tomorrow. */
export async function readAllRoutes(): Promise<(Route & { name: string })[]> {
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  const modules = await Promise.all(files.map((file) => import(resolve(folder, file)) as Promise<object>))
  return modules.flatMap((module) =>
    Object.values(module)
      .filter((value): value is object => typeof value === 'object' && value !== null)
      .flatMap((group) => Object.values(group).filter(isRoute))
      .map((route) => ({ ...route, name: `${route.method} ${route.path}` })),
  )
}

function isRoute(value: unknown): value is Route {
  return typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'result' in value
}

const harmless = [/^(GET|PUT|PATCH)/, /^POST (?!.*(merge|practice|register|leave|ownership))/, /^POST/, /^DELETE/]

/** What takes away the objects of the others comes last. */
export function inOrderOfHarm<R extends { name: string }>(routes: readonly R[]): R[] {
  const rankOf = ({ name }: R) => harmless.findIndex((pattern) => pattern.test(name))
  return routes.toSorted((one, other) => rankOf(one) - rankOf(other))
}

/** A path with something in place of each parameter. */
export function fillPath({ path }: Route, id = 'xyz_0'): string {
  return `/api${path.replaceAll(/:\w+/g, id)}`
}
