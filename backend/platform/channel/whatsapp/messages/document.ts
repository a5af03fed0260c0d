import { compact, type SendableKind } from './kind.ts'
import { acceptMedia, readMedia, renderMedia } from './media.ts'

export const document: SendableKind<'document'> = {
  parse(payload) {
    const read = readMedia(payload)
    return read && compact({ content: compact({ media: read.media, caption: read.caption }), media: read.incoming })
  },
  preview: ({ caption, media }) => caption || (media.filename ? `Document: ${media.filename}` : 'Document'),
  words: ({ caption, media }) => [caption, media.filename],
  accept: ({ filename, caption, ...input }) =>
    compact({ media: compact({ ...acceptMedia(input), filename }), caption }),
  // Without a name WhatsApp shows the file as untitled.
  render: ({ caption, media }, uploaded) =>
    compact({ ...renderMedia(media, uploaded), caption, filename: media.filename }),
}
