import { useMediaQuery } from '@vueuse/core'

/** The three shapes of the page; the same widths as the sm, lg and xl words of the style sheet. */
export function useShape() {
  return {
    phone: useMediaQuery('(max-width: 39.99rem)'),
    /** No room for a side panel beside the thread. */
    narrow: useMediaQuery('(max-width: 71.99rem)'),
    /** No room for the list of views beside the list of conversations. */
    compact: useMediaQuery('(max-width: 79.99rem)'),
    touch: useMediaQuery('(pointer: coarse)'),
  }
}
