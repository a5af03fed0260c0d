import { enableCompileCache } from 'node:module'
import type { AddressInfo } from 'node:net'

// What Parley writes (customers' messages, backups, keys) is for its own account on the machine only.
process.umask(0o077)

// Types are stripped from every file at each start; the cache makes that once.
enableCompileCache()

const { readConfig } = await import('./config.ts')
const config = readConfig()
const { createApp } = await import('./app.ts')

/** sysexits.h: what a supervisor can make of the end. Starting again helps after 70 and 75, not after 78. */
const exitCodes: Record<string, number> = { StoreLocked: 75, DataDamaged: 78, DataTooNew: 78, DiskFailed: 70 }

const app = await createApp(config).catch((error: unknown) => {
  console.error(error instanceof Error && error.name in exitCodes ? error.message : error)
  process.exit(error instanceof Error ? (exitCodes[error.name] ?? 1) : 1)
})

app.server.listen(config.PORT, config.HOST, async () => {
  const { port } = app.server.address() as AddressInfo
  const url = config.PUBLIC_URL ?? `http://localhost:${port}`
  console.log(`Parley is ready: ${url}`)
  if (await app.setup.isNeeded()) console.log(`Set-up code for the first account: ${app.setup.code}`)
})

app.server.on('error', (error: NodeJS.ErrnoException) => {
  const taken = `Port ${config.PORT} is taken by another program. Set PORT to a free one.`
  console.error(error.code === 'EADDRINUSE' ? taken : error)
  process.exit(1)
})

let stoppingSince: number | undefined
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    // Whoever asks again does not want to wait. At the same moment it is npm or a supervisor passing on one wish twice.
    if (stoppingSince !== undefined && performance.now() - stoppingSince > 1000) process.exit(1)
    if (stoppingSince !== undefined) return
    stoppingSince = performance.now()
    setTimeout(() => process.exit(1), 30_000).unref()
    app.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error)
        process.exit(1)
      },
    )
  })
}

// Nobody knows what state an error nobody caught has left: end, and let the supervisor start afresh.
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => {
    app.logs.error.error({ error }, 'an error that nobody caught')
    app.logs.flush()
    process.exit(70)
  })
}
