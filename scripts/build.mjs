/*
 * `npm run build`: the dashboard into frontend/dist, and the server into build/.
 *
 * The server's TypeScript runs as it is (`npm run dev`, the tests); put into a few files without the parts of packages that
 * nobody uses, it starts several times faster and needs half the memory. See docs/decisions/007.
 */
import { rmSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { build as buildDashboard } from 'vite'
import { checkFirstLoad } from './first-load.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const only = process.argv[2]

if (only !== 'server') {
  const config = { root: join(root, 'frontend'), configFile: join(root, 'vite.config.ts'), logLevel: 'warn' }
  checkFirstLoad(await buildDashboard(config))
}
if (only !== 'dashboard') await buildServer()

async function buildServer() {
  rmSync(join(root, 'build'), { recursive: true, force: true })
  const bundle = await rolldown({
    input: join(root, 'backend/main.ts'),
    platform: 'node',
    // Native, or starting workers from their own files.
    external: ['bcrypt', 'graphile-worker', 'pino', 'pino-pretty', 'pg-native'],
    plugins: [keepPlaces()],
    logLevel: 'warn',
  })
  await bundle.write({
    dir: join(root, 'build'),
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
  })
  await bundle.close()
}

/** Files that are read at run time (migrations, the dashboard) are still found from where the source stands. */
function keepPlaces() {
  return {
    name: 'keep-places',
    transform(code, id) {
      if (!id.startsWith(join(root, 'backend')) || !code.includes('import.meta')) return null
      const place = (path) => `new URL(${JSON.stringify(`../${relative(root, path)}`)}, import.meta.url)`
      return code
        .replaceAll('import.meta.url', `${place(id)}.href`)
        .replaceAll('import.meta.dirname', `process.getBuiltinModule('node:url').fileURLToPath(${place(dirname(id))})`)
    },
  }
}
