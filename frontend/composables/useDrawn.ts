import { onScopeDispose, readonly, ref, watch, type Ref } from 'vue'

/** A page in the background draws nothing, and must not wait for it. */
const longest = 500

/**
 * True once what `isReady` speaks of has been on the screen. What nobody waits for is mounted then, so that it does not
 * stand between a click and what was clicked for.
 */
export function useDrawn(isReady: () => boolean): Readonly<Ref<boolean>> {
  const drawn = ref(false)
  let frame = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  const cancel = () => {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
  }
  const finish = () => {
    cancel()
    drawn.value = true
  }
  watch(
    isReady,
    (ready) => {
      if (!ready || timer !== undefined) return
      timer = setTimeout(finish, longest)
      // The next frame draws it; the one after that begins when it is on the screen.
      frame = requestAnimationFrame(() => (frame = requestAnimationFrame(finish)))
    },
    { immediate: true, flush: 'post' },
  )
  onScopeDispose(cancel)
  return readonly(drawn)
}
