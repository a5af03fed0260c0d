import { createTransport } from 'nodemailer'
import { second } from './clock.ts'

export type Letter = { to: string; subject: string; text: string }

/** Sends plain text to one person. */
export type Mail = {
  /** False without a mail server: whoever wants to tell somebody something finds another way. */
  isOn: boolean
  send(letter: Letter): Promise<void>
  close(): void
}

/** A mail server that does not answer must not keep a person waiting for longer. */
const patience = 10 * second

export function createMail({ url, from }: { url: string | undefined; from: string }): Mail {
  if (!url) return { isOn: false, send: () => Promise.reject(new Error('No mail server is set')), close() {} }
  const transport = createTransport({
    url,
    connectionTimeout: patience,
    greetingTimeout: patience,
    socketTimeout: patience,
    // Nothing a person wrote may make the server read a file or ask an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    isOn: true,
    async send({ to, subject, text }) {
      await transport.sendMail({ from, to, subject, text })
    },
    close: () => transport.close(),
  }
}
