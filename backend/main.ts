import { enableCompileCache } from 'node:module'
import type { AddressInfo } from 'node:net'

// What Parley writes (customers' messages, backups, keys) is for its own account on the machine only.
process.umask(0o077)

// Types are stripped from every file at each start; the cache makes that once.
enableCompileCache()

const { readConfig } = await import('./config.ts')
const config = readConfig()
const { createApp } = await import('./app.ts')
const { reportFailure } = await import('./app/failure.ts')

const app = await createApp(config).catch((error: unknown) => process.exit(reportFailure(error)))

app.server.listen(config.PORT, config.HOST, async () => {
  const { port } = app.server.address() as AddressInfo
  const url = config.PUBLIC_URL ?? `http://localhost:${port}`
  console.log(`Parley is ready: ${url}`)
  if (await app.setup.isNeeded()) console.log(`Set-up code for the first account: ${app.setup.code}`)
})

app.server.on('error', (problem) => {
  const exitCode = reportFailure(problem)
  void app.stop().finally(() => process.exit(exitCode))
})

let stoppingSince: number | undefined
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    // Whoever asks again does not want to wait. At the same moment it is npm or a supervisor passing on one wish twice.
    if (stoppingSince !== undefined && performance.now() - stoppingSince > 1000) process.exit(1)
    if (stoppingSince !== undefined) return
    stoppingSince = performance.now()
    console.log('Parley is stopping: what is running is finished first. The same once more ends it at once.')
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
