import { ApiError, sentenceOf } from '../../api/client.ts'

/** Meta's refusal in the words of our table of its errors, else the sentence of the answer. */
export function metaSentence(error: unknown): string | undefined {
  if (error === undefined) return undefined
  const details = error instanceof ApiError ? error.details : undefined
  const { message } = (typeof details === 'object' && details !== null ? details : {}) as { message?: unknown }
  return typeof message === 'string' ? message : sentenceOf(error)
}
