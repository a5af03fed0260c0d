import { spawn } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

/** The program itself, on a folder of its own. */
async function start(env: Record<string, string>) {
  const folder = await mkdtemp(join(tmpdir(), 'parley-main-'))
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_ENV: 'test',
      HOST: '127.0.0.1',
      PORT: '0',
      DATA_FILE_PATH: join(folder, 'parley.json'),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  const ended = new Promise<number | null>((done) => child.once('exit', done))
  const ready = new Promise<void>((done) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString()
        if (said.includes('Set-up code')) done()
      })
  })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
    await rm(folder, { recursive: true, force: true })
  })
  return { child, folder, ended, ready, said: () => said }
}

test('an address of another machine is refused with one sentence, and the store is left in order', async () => {
  const { ended, folder, said } = await start({ HOST: '203.0.113.7' })
  expect(await ended).toBe(78)
  expect(said()).toBe('203.0.113.7 is no address of this machine. Correct HOST; 0.0.0.0 listens everywhere.\n')
  expect((await readdir(folder)).filter((name) => name.endsWith('.lock'))).toEqual([])
})

test('the first start says where it is and the set-up code, a stop that it stops', async () => {
  const { child, ended, ready, said } = await start({})
  await ready
  child.kill('SIGTERM')
  // As npm and a terminal do: the same wish, passed on.
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
  expect(said().split('\n')).toEqual([
    expect.stringMatching(/^Parley is ready: http:\/\/localhost:\d+$/),
    expect.stringMatching(/^Set-up code for the first account: \S+$/),
    expect.stringMatching(/^Parley is stopping/),
    '',
  ])
})
