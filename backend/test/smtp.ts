import { createServer, type AddressInfo, type Socket } from 'node:net'

export type ReceivedLetter = { from: string; to: string; text: string }

/** A mail server that speaks just enough SMTP to take letters, over a real socket. */
export async function startSmtpServer() {
  const letters: ReceivedLetter[] = []
  const sockets = new Set<Socket>()
  let isRefusing = false
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => {})
    let letter = { from: '', to: '' }
    let data: string[] | undefined
    let rest = ''
    const say = (line: string) => socket.write(`${line}\r\n`)

    function hear(line: string): void {
      if (data) {
        if (line !== '.') return void data.push(line.replace(/^\./, ''))
        letters.push({ ...letter, text: decodeQuotedPrintable(data.join('\n')) })
        data = undefined
        return void say('250 kept')
      }
      const command = line.slice(0, 4).toUpperCase()
      if (command === 'MAIL' && isRefusing) return void say('550 not today')
      if (command === 'MAIL') letter = { from: addressIn(line), to: '' }
      if (command === 'RCPT') letter.to = addressIn(line)
      if (command === 'DATA') {
        data = []
        return void say('354 go on')
      }
      if (command === 'QUIT') return void socket.end('221 bye\r\n')
      say('250 fine')
    }

    socket.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\r\n')
      rest = lines.pop()!
      for (const line of lines) hear(line)
    })
    say('220 test')
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    letters,
    refuse: (refusing: boolean) => void (isRefusing = refusing),
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((closed) => server.close(closed))
    },
  }
}

const addressIn = (line: string) => /<([^>]*)>/.exec(line)?.[1] ?? ''

function decodeQuotedPrintable(text: string): string {
  return text
    .replace(/=\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}
