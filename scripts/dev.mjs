// Development: the backend restarts and the dashboard reloads by itself when a file is saved.
// Open the address that Vite prints; it passes /api and /socket.io on to the backend.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const bundled = `${root}node_modules/.bin/node`
// npm scripts find the project's own Node; this file may also be started by hand with an older one.
const node = existsSync(bundled) ? bundled : process.execPath
const env = { ...process.env, PORT: process.env.PORT ?? '3000' }

const children = [
  spawn(node, ['--watch', '--watch-preserve-output', 'backend/main.ts'], { cwd: root, env, stdio: 'inherit' }),
  spawn(node, ['node_modules/vite/bin/vite.js'], { cwd: root, env, stdio: 'inherit' }),
]

let stopping = false
function stop(code) {
  if (stopping) return
  stopping = true
  for (const child of children) child.kill('SIGTERM')
  process.exitCode = code
}

for (const child of children) child.on('exit', (code) => stop(code ?? 0))
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stop(0))
