import { createHmac } from 'node:crypto'

/**
 * Bytes as Meta writes them: everything outside ASCII as \uXXXX in lower case, slashes escaped.
 * A receiver that hashes its own re-serialised JSON instead of the raw bytes fails on these.
 */
export function encodeWebhook(body: unknown): Buffer {
  const json = JSON.stringify(body)
    .replace(/[\u007f-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replaceAll('/', '\\/')
  return Buffer.from(json, 'latin1')
}

export const signatureOf = (bytes: Uint8Array, appSecret: string): string =>
  `sha256=${createHmac('sha256', appSecret).update(bytes).digest('hex')}`
