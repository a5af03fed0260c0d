import { computed, onScopeDispose, ref } from 'vue'
import type { MediaFile } from '#contract/media.ts'
import { sentenceOf } from '../../api/client.ts'
import { uploadFile } from '../../api/media.ts'
import { isTooLarge, kindOfFile, type FileKind } from './file-kinds.ts'
import { newKey } from '../../new-key.ts'

export type Attachment = {
  /** Also the Idempotency-Key of the message that carries it. */
  key: string
  file: File
  kind: FileKind
  /** The browser's own copy, for the preview and for the bubble until the server has it. */
  url: string
  caption: string
  uploaded: MediaFile | null
  error: string | null
}

/** Files on their way into a message. Each is uploaded as soon as it is chosen, so that sending takes no time. */
export function useAttachments() {
  const files = ref<Attachment[]>([])
  const find = (key: string) => files.value.find((file) => file.key === key)
  const aborts = new Map<string, AbortController>()
  // Bubbles go on showing them after they were sent; the memory is given back when the chat is left.
  const urls = new Set<string>()

  function add(chosen: Iterable<File>) {
    for (const file of chosen) {
      const url = URL.createObjectURL(file)
      urls.add(url)
      const tooLarge = isTooLarge(file)
      const item: Attachment = {
        key: newKey(),
        file,
        kind: kindOfFile(file),
        url,
        caption: '',
        uploaded: null,
        error: tooLarge ? 'Larger than the 100 MB WhatsApp takes.' : null,
      }
      files.value.push(item)
      if (!tooLarge) void start(item.key)
    }
  }

  async function start(key: string) {
    const item = find(key)
    if (!item) return
    item.error = null
    const abort = new AbortController()
    aborts.set(key, abort)
    try {
      const uploaded = await uploadFile(item.file, { type: item.kind, signal: abort.signal })
      const still = find(key)
      if (still) still.uploaded = uploaded
    } catch (error) {
      const still = find(key)
      if (still) still.error = sentenceOf(error)
    }
  }

  function remove(key: string) {
    aborts.get(key)?.abort()
    files.value = files.value.filter((file) => file.key !== key)
  }

  onScopeDispose(() => {
    for (const abort of aborts.values()) abort.abort()
    for (const url of urls) URL.revokeObjectURL(url)
  })

  return {
    files,
    add,
    remove,
    retry: start,
    take() {
      const taken = files.value
      files.value = []
      return taken
    },
    ready: computed(() => files.value.every(({ uploaded }) => uploaded !== null)),
    failed: computed(() => files.value.some(({ error }) => error !== null)),
  }
}
