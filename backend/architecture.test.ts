import { readdirSync, readFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')

/** Each platform folder has one door: the file named like the folder. A lone file is its own door. */
const doors = 'backend/platform/(([^/]+)/\\2|[^/]+)\\.ts$'
const contract = 'backend/contract/'
const shared = 'backend/(feature|errors)\\.ts$|backend/model/'
const packages = '(?!backend|frontend|bench|scripts)'
const anything = ''
const tables = 'drizzle-orm(/|$)'

/** Who may import whom. The first row that matches a file is its rule. */
const rules: [importer: string, ...allowed: string[]][] = [
  ['(backend|bench|scripts|e2e)/.*\\.test\\.ts$', anything],
  // What tests share beside their subject: conformance suites, helpers, programs that are killed.
  [
    'backend/(test|trust)/|backend/.*/test/|backend/.*conformance\\.ts$|backend/.*/durability/|backend/.*hanging.*\\.ts$',
    anything,
  ],
  [contract, contract, 'zod$'],
  ['backend/model/', 'backend/model/', contract, doors, tables],
  ['backend/simulator/', 'backend/simulator/', 'backend/contract/values\\.ts$', packages],
  ['backend/platform/', '(own folder)', doors, contract, packages],
  [
    'backend/features/',
    'backend/features/',
    doors,
    contract,
    shared,
    '(?!backend|frontend|bench|scripts|express|pg$|socket\\.io|drizzle)',
  ],
  ['backend/http/', 'backend/http/', doors, contract, shared, packages],
  ['backend/(feature|errors)\\.ts$', shared, doors, contract, packages],
  ['backend/(app/|(app|main|config|measure)\\.ts$)', 'backend/(?!simulator|test)', packages],
  ['frontend/.*\\.test\\.ts$', 'frontend/', contract, packages],
  ['frontend/', 'frontend/', contract, '(?!backend|bench|scripts|node:)'],
  ['(bench|scripts|e2e)/', anything],
]

const files = ['backend', 'frontend', 'bench', 'scripts', 'e2e']
  .flatMap((folder) => list(folder))
  .filter((file) => /\.(ts|vue|mjs)$/.test(file) && !/\/(dist|node_modules)\//.test(file))

function list(folder: string): string[] {
  try {
    return readdirSync(resolve(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`)
  } catch {
    return []
  }
}

const starts = (path: string, pattern: string) => new RegExp(`^(?:${pattern})`).test(path)

function importsOf(file: string): string[] {
  const source = readFileSync(resolve(root, file), 'utf8')
  const found = source.matchAll(
    /^(?:import|export)\s[^'"]*?from\s+['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm,
  )
  return [...found].map((match) => {
    const specifier = match[1] ?? match[2] ?? match[3]!
    if (specifier.startsWith('#contract/')) return specifier.replace('#', 'backend/')
    return specifier.startsWith('.') ? relative(root, resolve(root, dirname(file), specifier)) : specifier
  })
}

test.each(files)('%s imports only what its folder may', (file) => {
  const rule = rules.find(([importer]) => starts(file, importer))
  expect(rule, `no rule for ${file}`).toBeDefined()
  const own = `${file.split('/').slice(0, 3).join('/')}/`
  const isAllowed = (target: string) =>
    rule!.slice(1).some((pattern) => starts(target, pattern === '(own folder)' ? own : pattern))
  expect(importsOf(file).filter((target) => !isAllowed(target))).toEqual([])
})

test('the rules see imports of every kind', () => {
  expect(importsOf('backend/app/features.ts')).toContain('backend/features/auth/auth.ts')
  expect(importsOf('backend/platform/store/store.ts')).toContain('backend/platform/store/json/driver.ts')
  expect(importsOf('frontend/api/client.ts')).toContain('backend/contract/errors.ts')
  expect(files.length).toBeGreaterThan(100)
})

/** Two features that need each other are one feature, or have a third one in common. */
test('features do not import each other in a circle', () => {
  const needs = new Map<string, Set<string>>()
  for (const file of files.filter(
    (name) => name.startsWith('backend/features/') && !/\.test\.ts$|\/test\//.test(name),
  )) {
    const feature = featureOf(file)
    const others = importsOf(file)
      .filter((target) => target.startsWith('backend/features/'))
      .map(featureOf)
    needs.set(feature, new Set([...(needs.get(feature) ?? []), ...others.filter((other) => other !== feature)]))
  }
  expect(findCircle(needs)).toBeUndefined()
  expect(
    findCircle(
      new Map([
        ['a', new Set(['b'])],
        ['b', new Set(['c'])],
        ['c', new Set(['a'])],
      ]),
    ),
  ).toBeDefined()
})

const featureOf = (file: string) => file.split('/')[2]!.replace(/\.ts$/, '')

function findCircle(needs: ReadonlyMap<string, ReadonlySet<string>>): string | undefined {
  const done = new Set<string>()
  function visit(feature: string, path: readonly string[]): string | undefined {
    if (path.includes(feature)) return [...path.slice(path.indexOf(feature)), feature].join(' → ')
    if (done.has(feature)) return undefined
    for (const other of needs.get(feature) ?? []) {
      const circle = visit(other, [...path, feature])
      if (circle) return circle
    }
    done.add(feature)
    return undefined
  }
  for (const feature of needs.keys()) {
    const circle = visit(feature, [])
    if (circle) return circle
  }
  return undefined
}
