import { useDebounceFn } from '@vueuse/core'
import { onScopeDispose, reactive, ref, toRaw, watch } from 'vue'
import type { Message } from '#contract/messages.ts'
import { newKey } from '../new-key.ts'
import { mayKeepWords } from '../state/kept-words.ts'

type Stored = { text: string; replyTo: Message | null; key: string }
const storageKey = (conversationId: string) => `parley:draft:${conversationId}`
// Rows show a draft without reading the disk for every one of them on every change.
const previews = reactive(new Map<string, string>())

function read(conversationId: string): Stored | undefined {
  try {
    return JSON.parse(localStorage.getItem(storageKey(conversationId)) ?? 'null') ?? undefined
  } catch {
    return undefined
  }
}

function write(conversationId: string, draft: Stored) {
  previews.set(conversationId, draft.text.trim())
  try {
    if (!mayKeepWords()) return
    if (draft.text.trim() || draft.replyTo) localStorage.setItem(storageKey(conversationId), JSON.stringify(draft))
    else localStorage.removeItem(storageKey(conversationId))
  } catch {
    // The browser's storage is full or closed: the draft lives as long as the page.
  }
}

export const forgetDraftPreviews = () => previews.clear()

export function draftPreview(conversationId: string): string | null {
  const known = previews.get(conversationId) ?? read(conversationId)?.text.trim() ?? ''
  // Remembered without telling anybody: this runs while rows are drawn.
  toRaw(previews).set(conversationId, known)
  return known || null
}

/** What is being written to one customer. It survives a change of chat and a reload, with the key it will be sent under. */
export function useDraft(conversationId: string) {
  const stored = read(conversationId)
  const text = ref(stored?.text ?? '')
  const replyTo = ref<Message | null>(stored?.replyTo ?? null)
  let key = stored?.key ?? newKey()

  const save = () => write(conversationId, { text: text.value, replyTo: replyTo.value, key })
  watch([text, replyTo], useDebounceFn(save, 300))
  onScopeDispose(save)

  return {
    text,
    replyTo,
    /** Gives the key of this message and begins the next one. */
    finish() {
      const used = key
      key = newKey()
      text.value = ''
      replyTo.value = null
      save()
      return used
    },
    putBack(before: { text: string; replyTo: Message | null }) {
      if (text.value) return false
      text.value = before.text
      replyTo.value = before.replyTo
      return true
    },
  }
}

export type Draft = ReturnType<typeof useDraft>
