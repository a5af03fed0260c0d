import { AppError } from '../../errors.ts'
import type { Context } from '../../feature.ts'
import type { Log } from '../../platform/log.ts'
import type { MediaFiles } from '../../platform/media/media.ts'
import { getMedia } from './media.ts'

type Deps = { files: Pick<MediaFiles, 'stat'>; log: Log }

/** Where the bytes of a file are and what a browser should call them. */
export function createFindFile({ files, log }: Deps) {
  return async (context: Context, id: string) => {
    const { sha256, mimeType, filename, state } = await getMedia(context, id)
    if (state !== 'ready' || !sha256) throw new AppError('media.not_ready')
    const found = await files.stat(sha256)
    if (!found) {
      log.error(`The bytes of the file ${id} are missing on the disk`)
      throw new AppError('media.not_found')
    }
    const type = mimeType ?? 'application/octet-stream'
    return { sha256, bytes: found.bytes, mimeType: type, filename: filename ?? `${id}${endingOf(type)}` }
  }
}

const endings: { [mimeType: string]: string } = {
  'image/jpeg': '.jpg',
  'audio/mpeg': '.mp3',
  'audio/mp4': '.m4a',
  'video/3gpp': '.3gp',
  'text/plain': '.txt',
}

/** Photos and voice notes have no name; a download needs an ending. */
function endingOf(mimeType: string): string {
  const plain = mimeType.split(';')[0]!
  const [kind, name = ''] = plain.split('/')
  return endings[plain] ?? (['image', 'audio', 'video'].includes(kind!) && /^\w+$/.test(name) ? `.${name}` : '')
}
