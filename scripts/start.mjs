/*
 * `npm start`: builds what is missing or older than its sources, then runs the server. Plain JavaScript for any Node,
 * because it must be able to say that a Node is too old.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const inRoot = (...path) => join(root, ...path)

/** The server is TypeScript, which Node runs from 22.18 on. */
function runsTypeScript(version) {
  const [major, minor] = version.replace('v', '').split('.').map(Number)
  return major > 23 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18)
}

/** The Node that runs this if it can, else the one that `npm ci` brought along. */
function findNode() {
  if (runsTypeScript(process.version)) return process.execPath
  const bundled = inRoot('node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  return existsSync(bundled) ? bundled : undefined
}

/** The latest change of a file below `path`. */
function newest(path) {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats) return 0
  if (!stats.isDirectory()) return stats.mtimeMs
  const names = readdirSync(path).filter(
    (name) => !['dist', 'node_modules'].includes(name) && !name.endsWith('.test.ts'),
  )
  return Math.max(0, ...names.map((name) => newest(join(path, name))))
}

/** What is older than its sources. A production image has the finished parts and neither the sources nor Vite. */
function findOutdated() {
  if (!existsSync(inRoot('frontend', 'index.html')) || !existsSync(inRoot('node_modules', 'vite'))) return []
  const isOlder = (built, sources) =>
    Math.max(...sources.map((path) => newest(inRoot(path)))) > newest(inRoot(...built))
  const shared = ['package-lock.json', 'scripts/build.mjs', 'vite.config.ts']
  return [
    isOlder(['frontend', 'dist', 'index.html'], ['frontend', 'backend/contract', ...shared]) ? 'dashboard' : undefined,
    isOlder(['build', 'main.js'], ['backend', ...shared]) ? 'server' : undefined,
  ].filter(Boolean)
}

function refuse(sentence) {
  console.error(sentence)
  process.exit(1)
}

const node = findNode()
if (!node)
  refuse(
    `Parley needs Node 22.18 or newer, and this is ${process.version}: run \`npm ci\` again, which brings a newer one, or install it from nodejs.org.`,
  )
if (!existsSync(inRoot('node_modules', 'express'))) refuse('Parley is not installed yet: run `npm ci` first.')

const outdated = findOutdated()
if (outdated.length > 0) {
  console.log('Building Parley …')
  const only = outdated.length === 1 ? outdated : []
  const { status } = spawnSync(node, [inRoot('scripts', 'build.mjs'), ...only], { cwd: root, stdio: 'inherit' })
  if (status !== 0) refuse('Parley could not be built; the reason is above.')
}

process.env.NODE_ENV ??= 'production'
if (node === process.execPath) await import('../build/main.js')
else {
  const server = spawn(node, [inRoot('build', 'main.js')], { cwd: root, stdio: 'inherit' })
  // A terminal sends Ctrl-C to both; a supervisor knows only this process.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => server.kill('SIGTERM'))
  server.on('exit', (code, signal) => process.exit(signal ? 1 : code))
}
