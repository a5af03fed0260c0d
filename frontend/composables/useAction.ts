import { ref, shallowRef } from 'vue'
import { sentenceOf } from '../api/client.ts'
import { useNotice } from './useNotice.ts'

type Options<Arguments extends unknown[], Result> = {
  /** Shows the result at once; the returned function puts everything back if the server refuses. */
  optimistic?: (...args: Arguments) => () => void
  onDone?: (result: Result, ...args: Arguments) => void
  /** Keep quiet when the form shows `error` itself. */
  silent?: boolean
}

/** A verb with its state: pressed twice it runs once, refused it puts back what it had shown. */
export function useAction<Arguments extends unknown[], Result>(
  act: (...args: Arguments) => Promise<Result>,
  { optimistic, onDone, silent = false }: Options<Arguments, Result> = {},
) {
  const notice = useNotice()
  const running = ref(false)
  const error = shallowRef<unknown>()

  async function run(...args: Arguments): Promise<Result | undefined> {
    if (running.value && !optimistic) return undefined
    running.value = true
    error.value = undefined
    const putBack = optimistic?.(...args)
    try {
      const result = await act(...args)
      onDone?.(result, ...args)
      return result
    } catch (cause) {
      putBack?.()
      error.value = cause
      if (!silent) notice.error(cause)
      return undefined
    } finally {
      running.value = false
    }
  }

  return { run, running, error, sentence: () => (error.value === undefined ? undefined : sentenceOf(error.value)) }
}
