import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const { scripts, dependencies } = JSON.parse(read('package.json')) as Record<string, Record<string, string>>

/** What the last stage of the image takes from the folder that it is built in. */
const copied = read('Dockerfile')
  .split(/^FROM /m)
  .at(-1)!
  .split('\n')
  .flatMap((line) => /^COPY (?!--from)(\S+)/.exec(line)?.[1] ?? [])
const isThere = (path: string) => copied.some((from) => path === from || path.startsWith(`${from}/`))

/** The file and all it leads to. A bare name is a package. */
function reach(path: string, found = new Set<string>()): Set<string> {
  if (found.has(path)) return found
  found.add(path)
  if (!existsSync(join(root, path))) return found
  const imports = read(path).matchAll(
    /^(?:import|export) (?!type)[^'"]*? from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm,
  )
  for (const match of imports) {
    const name = (match[1] ?? match[2] ?? match[3])!.replace(/^#contract\//, `${join(root, 'backend/contract')}/`)
    if (name.startsWith('node:')) continue
    if (/^[./]/.test(name)) reach(relative(root, resolve(root, dirname(path), name)), found)
    else found.add(name)
  }
  return found
}

test.each(['backup', 'restore', 'fsck', 'move-store', 'seed'])('the image can run npm run %s', (name) => {
  const program = scripts![name]!.split(' ')[1]!
  const needed = [...reach(program)]
  expect(needed.length).toBeGreaterThan(20)
  const missing = needed.filter((one) =>
    one.includes('.ts') || one.endsWith('.json')
      ? !isThere(one)
      : !(one.replace(/^((@[^/]+\/)?[^/]+).*/, '$1') in dependencies!),
  )
  expect(missing).toEqual([])
})
