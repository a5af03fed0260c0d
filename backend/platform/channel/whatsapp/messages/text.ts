import { isObject, readText } from '../json.ts'
import { compact, type SendableKind } from './kind.ts'

export const text: SendableKind<'text'> = {
  parse(payload) {
    if (isObject(payload)) {
      const body = readText(payload['body'])
      return compact({ content: { text: body ?? '' }, partly: body === undefined ? true : undefined })
    }
    const bare = readText(payload)
    return bare === undefined ? undefined : { content: { text: bare } }
  },
  preview: (content) => content.text || 'Empty message',
  words: (content) => [content.text],
  accept: (input) => compact({ text: input.text, previewUrl: input.previewUrl }),
  render: (content) => compact({ body: content.text, preview_url: content.previewUrl }),
}
