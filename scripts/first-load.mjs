import { gzipSync } from 'node:zlib'

/** What a browser loads before it knows which page is wanted, in kilobytes as they travel. */
const most = 180

/**
 * The size of the entry of the dashboard with all that it imports at once; refuses one that grew too large. A page is made
 * lazy, or a package is loaded where it is needed, rather than this number raised.
 *
 * @param {import('vite').Rolldown.RolldownOutput} built
 */
export function checkFirstLoad(built) {
  const files = new Map(built.output.map((file) => [file.fileName, file]))
  const wanted = new Set(
    built.output.filter((file) => file.type === 'chunk' && file.isEntry).map(({ fileName }) => fileName),
  )
  // A set goes on with what is added while it is walked.
  for (const name of wanted) {
    const { imports = [], viteMetadata } = files.get(name) ?? {}
    for (const one of [...imports, ...(viteMetadata?.importedCss ?? [])]) wanted.add(one)
  }
  const sizes = [...wanted].map((name) => [
    name,
    gzipSync(files.get(name).code ?? files.get(name).source).length / 1000,
  ])
  const total = sizes.reduce((sum, [, size]) => sum + size, 0)
  if (total <= most) return total
  const list = sizes.sort((a, b) => b[1] - a[1]).map(([name, size]) => `  ${size.toFixed(1)} kB ${name}`)
  throw new Error(
    `The first load of the dashboard is ${total.toFixed(1)} kB gzipped, over ${most} kB:\n${list.join('\n')}`,
  )
}
