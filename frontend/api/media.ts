import { media, type MediaFile, type MediaPurpose } from '#contract/media.ts'
import { call, upload } from './client.ts'

type Options = { type?: MediaPurpose; voice?: boolean; signal?: AbortSignal }

/** With `type` the file is checked for it at once. `voice` marks a recording, which phones show as a voice message. */
export function uploadFile(file: File, { type, voice, signal }: Options = {}): Promise<MediaFile> {
  const form = new FormData()
  // Fields go first: the server knows what to expect before the bytes come.
  if (type) form.append('type', type)
  if (voice) form.append('voice', 'true')
  form.append('file', file)
  return upload<MediaFile>('/media', form, { signal })
}

/** The bytes of a stored file, to send them once more. */
export async function fetchFile(mediaId: string): Promise<File> {
  const [response, { filename }] = await Promise.all([
    fetch(`/api/media/${mediaId}/file`, { credentials: 'same-origin' }),
    call(media.get, { params: { mediaId } }),
  ])
  if (!response.ok) throw new Error('The file of this answer could not be loaded.')
  const bytes = await response.blob()
  return new File([bytes], filename ?? 'file', { type: bytes.type })
}
