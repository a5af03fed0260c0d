import type { MediaFile, MediaPurpose } from '#contract/media.ts'
import { upload } from './client.ts'

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
