import { isObject, lookUp, readText } from '../json.ts'
import type { MessageKind } from './kind.ts'

/** Notices of WhatsApp inside a chat. Number and id changes do not come this far; they re-key the contact. */
export const system: MessageKind<'system'> = {
  parse(payload) {
    if (!isObject(payload)) return undefined
    const kind = readText(payload['type']) ?? 'unknown'
    return { content: { kind, body: readText(payload['body']) ?? lookUp(bodies, kind) ?? 'WhatsApp notice' } }
  },
  preview: (content) => content.body,
  words: (content) => [content.body],
}

const bodies: { [kind: string]: string } = {
  customer_identity_changed: 'The security code of this person changed. They may have a new telephone.',
  user_identity_changed: 'The security code of this person changed. They may have a new telephone.',
}
