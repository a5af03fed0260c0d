import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'

async function run(...args: string[]) {
  const child = spawn(process.execPath, [new URL('main.ts', import.meta.url).pathname, ...args], {
    env: { ...process.env, PORT: '0' },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  return { child, output: () => output }
}

async function untilPrinted(output: () => string, pattern: RegExp): Promise<RegExpExecArray> {
  for (;;) {
    const found = pattern.exec(output())
    if (found) return found
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

test('alone it starts, says what to paste, answers with the printed token, and stops on SIGTERM', async () => {
  const { child, output } = await run()
  const url = (await untilPrinted(output, /Meta simulator on (\S+)[\s\S]*A customer says hello/))[1]
  const token = /Access token\s+(\S+)/.exec(output())?.[1]
  const phoneNumberId = /Phone number ID\s+(\S+)/.exec(output())?.[1]
  const answer = await fetch(`${url}/v25.0/${phoneNumberId}?fields=display_phone_number`, {
    headers: { authorization: `Bearer ${token}` },
  })
  expect(await answer.json()).toEqual({ display_phone_number: '+1 555-078-3881', id: phoneNumberId })
  await untilPrinted(output, /GET \/v25\.0\/\d+ → 200/)
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
})

test('help is printed; a wrong option says what is expected', async () => {
  const help = await run('--help')
  await once(help.child, 'exit')
  expect(help.output()).toContain('--webhook-url')
  const wrong = await run('--window', 'half')
  expect((await once(wrong.child, 'exit'))[0]).not.toBe(0)
  expect(wrong.output()).toContain('--window is off, reject or status.')
})
