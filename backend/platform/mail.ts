import { createTransport } from 'nodemailer'
import { second } from './clock.ts'

export type Letter = { to: string; subject: string; text: string }

/** Sends plain text to one person. */
export type Mail = {
  /** False without a mail server: whoever wants to tell somebody something finds another way. */
  isOn: boolean
  send(letter: Letter): Promise<void>
  /** Asks the mail server whether it would take letters from us. Answers what is wrong, in words. */
  check(): Promise<string | undefined>
  /** What was wrong when it was last asked, until a letter gets through. */
  fault(): string | undefined
  close(): void
}

/** A mail server that does not answer must not keep a person waiting for longer. */
const patience = 10 * second

export function createMail({ url, from }: { url: string | undefined; from: string }): Mail {
  if (!url)
    return {
      isOn: false,
      send: () => Promise.reject(new Error('No mail server is set')),
      check: async () => undefined,
      fault: () => undefined,
      close() {},
    }
  let fault: string | undefined
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
      fault = undefined
    },
    async check() {
      fault = await transport.verify().then(() => undefined, sentenceOf)
      return fault
    },
    fault: () => fault,
    close: () => transport.close(),
  }
}

/** By the code: what the server says may repeat the name and the password. */
function sentenceOf(error: { code?: unknown; responseCode?: unknown }): string {
  const { code, responseCode } = error
  if (code === 'EAUTH') return 'The mail server of SMTP_URL refuses the name or the password in it.'
  if (code === 'EDNS' || code === 'ENOTFOUND') return 'The mail server of SMTP_URL is not found: its name is unknown.'
  if (code === 'ETLS') return 'The mail server of SMTP_URL does not speak TLS as smtps:// wants it.'
  const detail = [code, responseCode].filter(Boolean).join(' ')
  return `The mail server of SMTP_URL cannot be reached, or does not answer as one${detail ? ` (${detail})` : ''}.`
}
