import { isObject, readText } from '../json.ts'
import { compact, type MessageKind } from './kind.ts'

export const button: MessageKind<'button'> = {
  parse(payload) {
    const bare = readText(payload)
    if (bare !== undefined) return { content: { text: bare } }
    if (!isObject(payload)) return undefined
    const pressed = readText(payload['payload'])
    return { content: compact({ text: readText(payload['text']) ?? pressed ?? '', payload: pressed }) }
  },
  preview: (content) => content.text || 'Button pressed',
  words: (content) => [content.text],
}
