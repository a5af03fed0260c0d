import { readFlag, readId, readObject } from '../json.ts'
import { compact, type SendableKind } from './kind.ts'
import { acceptMedia, readMedia, renderMedia } from './media.ts'

export const audio: SendableKind<'audio'> = {
  parse(payload, message) {
    const read = readMedia(payload)
    if (!read) return undefined
    const isVoicemail = readId(message['id'])?.startsWith('wacid.')
    const voice = message['type'] === 'voice' || isVoicemail || readFlag(readObject(payload)['voice'])
    return compact({ content: compact({ media: read.media, voice: voice || undefined }), media: read.incoming })
  },
  preview: (content) => (content.voice ? 'Voice message' : 'Audio'),
  words: () => [],
  accept: (input) => compact({ media: acceptMedia(input), voice: input.voice }),
  render: (content, uploaded) =>
    compact({ ...renderMedia(content.media, uploaded), voice: content.voice ? true : undefined }),
}
