import type { SendableKind } from './kind.ts'
import { compact } from './kind.ts'
import { acceptMedia, readMedia, renderMedia } from './media.ts'

/** Pictures and videos: a file with an optional line of text. */
export function captioned(label: string): SendableKind<'image'> & SendableKind<'video'> {
  return {
    parse(payload) {
      const read = readMedia(payload)
      return read && compact({ content: compact({ media: read.media, caption: read.caption }), media: read.incoming })
    },
    preview: (content) => content.caption || label,
    words: (content) => [content.caption],
    accept: (input) => compact({ media: acceptMedia(input), caption: input.caption }),
    render: (content, uploaded) => compact({ ...renderMedia(content.media, uploaded), caption: content.caption }),
  }
}

export const image: SendableKind<'image'> = captioned('Photo')
export const video: SendableKind<'video'> = captioned('Video')
