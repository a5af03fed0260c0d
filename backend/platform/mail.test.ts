import { createServer, type AddressInfo, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { openTestApp, type TestApp } from '../test/world.ts'
import { startSmtpServer } from '../test/smtp.ts'
import { createMail } from './mail.ts'

const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const clean of cleanUps.splice(0).toReversed()) await clean()
})

/** A server that greets with this line, and answers so to everything. */
async function answering(greeting: string, answer: string): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket
      .on('error', () => {})
      .on('data', (data) => {
        const isHello = /^(EHLO|HELO)/.test(String(data))
        socket.write(isHello ? '250-here\r\n250 AUTH PLAIN LOGIN\r\n' : `${answer}\r\n`)
      })
    socket.write(`${greeting}\r\n`)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  cleanUps.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

const mailOf = (url: string) => createMail({ url, from: 'shop@example.com' })

test('a mail server that takes letters is in order', async () => {
  const smtp = await startSmtpServer()
  cleanUps.push(() => smtp.close())
  const mail = mailOf(smtp.url)
  expect(await mail.check()).toBeUndefined()
  expect(mail.fault()).toBeUndefined()
})

test('a refused password is told in words, without the password or what the server said', async () => {
  const place = await answering('220 here', '535 wrong password wrensecret of shop')
  const mail = mailOf(`smtp://shop:wrensecret@${place}`)
  expect(await mail.check()).toBe('The mail server of SMTP_URL refuses the name or the password in it.')
  expect(mail.fault()).toBe(await mail.check())
})

test('a server that is away, or no mail server, is told too', async () => {
  expect(await mailOf('smtp://127.0.0.1:1').check()).toMatch(/^The mail server of SMTP_URL cannot be reached/)
  const place = await answering('500 I am something else', '500 no')
  expect(await mailOf(`smtp://${place}`).check()).toMatch(/^The mail server of SMTP_URL cannot be reached/)
})

test('without a mail server there is nothing to check', async () => {
  expect(await createMail({ url: undefined, from: 'x' }).check()).toBeUndefined()
})

test('Parley starts without its mail server, warns once, and says so when it is asked how it is', async () => {
  const lines: string[] = []
  const env = { SMTP_URL: 'smtp://127.0.0.1:1', PUBLIC_URL: 'https://crm.example.com' }
  const opened: TestApp = await openTestApp({ env, onLogLine: (line) => void lines.push(line) })
  cleanUps.push(() => opened.close())
  const health = async () => (await opened.call('GET', '/health')).body.data
  await expect.poll(health).toEqual({ status: 'degraded', degraded: ['mail'] })
  expect(lines.filter((line) => line.includes('SMTP_URL'))).toHaveLength(1)
})
