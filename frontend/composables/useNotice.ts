import { inject, ref, type InjectionKey, type Ref } from 'vue'
import { sentenceOf } from '../api/client.ts'

type Kind = 'success' | 'error' | 'info'
type NoticeAction = { label: string; run: () => void }
type Options = { description?: string; action?: NoticeAction; duration?: number }

export type Notices = {
  /** The toaster is put on the page with the first notice: nobody needs it to see the inbox. */
  wanted: Ref<boolean>
  toasterReady: () => void
  show: (kind: Kind, text: string, options?: Options) => Promise<void>
}
export const noticesKey: InjectionKey<Notices> = Symbol('notices')

export function createNotices(): Notices {
  const wanted = ref(false)
  // A toast made before the toaster listens would be lost.
  const ready = Promise.withResolvers<void>()
  return {
    wanted,
    toasterReady: ready.resolve,
    async show(kind, text, { action, ...options } = {}) {
      wanted.value = true
      const [{ toast }] = await Promise.all([import('vue-sonner'), ready.promise])
      toast[kind](text, { ...options, ...(action && { action: { label: action.label, onClick: action.run } }) })
    },
  }
}

/** Short messages at the edge of the page. They are read out politely by the toaster's live region. */
export function useNotice() {
  const notices = inject(noticesKey)
  if (!notices) throw new Error('No notices were provided.')
  return {
    success: (text: string, options?: Options) => void notices.show('success', text, options),
    info: (text: string, options?: Options) => void notices.show('info', text, options),
    error: (error: unknown, options?: Options) =>
      void notices.show('error', typeof error === 'string' ? error : sentenceOf(error), options),
  }
}
