import { readFlag, readObject } from '../json.ts'
import { compact, type SendableKind } from './kind.ts'
import { acceptMedia, readMedia, renderMedia } from './media.ts'

export const sticker: SendableKind<'sticker'> = {
  parse(payload) {
    const read = readMedia(payload)
    if (!read) return undefined
    const animated = readFlag(readObject(payload)['animated'])
    return compact({ content: compact({ media: read.media, animated }), media: read.incoming })
  },
  preview: () => 'Sticker',
  words: () => [],
  accept: (input) => ({ media: acceptMedia(input) }),
  render: (content, uploaded) => renderMedia(content.media, uploaded),
}
