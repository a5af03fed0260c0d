import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'

type Locked = { [field: string]: unknown; license?: string; integrity?: string; hasInstallScript?: boolean }
const read = (name: string) => JSON.parse(readFileSync(resolve(import.meta.dirname, '..', name), 'utf8'))
const { dependencies, devDependencies, allowScripts, license } = read('package.json')
const packages = Object.entries(read('package-lock.json').packages as Record<string, Locked>).filter(([path]) => path)
const nameOf = (path: string) => path.split('node_modules/').at(-1)!

/** Those that let an MIT program be given away, sold and changed. MPL files may be used as they are, not changed in secret. */
const allowed = new Set(
  'MIT MIT-0 ISC 0BSD BSD-2-Clause BSD-3-Clause Apache-2.0 BlueOak-1.0.0 Python-2.0 MPL-2.0 OFL-1.1'.split(' '),
)
/** MIT by the LICENSE file in them, which the lockfile does not know. */
const unnamed = new Set(['busboy', 'streamsearch', 'xmlhttprequest-ssl'])

test('every package has a licence that suits ours', () => {
  expect(license).toBe('MIT')
  const strangers = packages.filter(([path, { license: given }]) =>
    given ? !allowed.has(given) : !unnamed.has(nameOf(path)),
  )
  expect(strangers.map(([path, { license: given }]) => `${path}: ${given}`)).toEqual([])
  for (const name of unnamed)
    expect(readFileSync(resolve(import.meta.dirname, '../node_modules', name, 'LICENSE'), 'utf8')).toMatch(
      /Permission is hereby granted, free of charge/,
    )
})

test('every package is the one that was locked, to the byte', () => {
  expect(packages.filter(([, { integrity, link }]) => !link && !integrity?.startsWith('sha512-'))).toEqual([])
  for (const version of Object.values<string>({ ...dependencies, ...devDependencies }))
    expect(version).toMatch(/^(npm:@[\w-]+\/[\w-]+@|npm:[\w-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/)
})

test('programs that run at installation are on the list, and a running Parley needs 25 direct packages at most', () => {
  const unlisted = packages.filter(([, entry]) => entry.hasInstallScript && !entry['optional'] && !entry['dev'])
  expect(unlisted.map(([path]) => nameOf(path)).filter((name) => !(name in allowScripts))).toEqual([])
  expect(Object.keys(dependencies).length).toBeLessThanOrEqual(25)
})
