/*
 * Unsent words that this browser keeps: drafts of answers and of notes, and the emoji of their writer. They survive a reload
 * and a session that ran out, and end when their writer signs out, in every tab, or somebody else signs in here.
 */
const prefixes = ['parley:draft:', 'parley:note:', 'parley:recent-emoji']
const writerKey = 'parley:writer'

export function beginKeepingWords(userId: string): void {
  try {
    if (localStorage.getItem(writerKey) !== userId) forgetWords()
    localStorage.setItem(writerKey, userId)
  } catch {
    // The browser's storage is full or closed: nothing is kept then.
  }
}

/** A tab that hears of the sign-out late must not write its draft again. */
export const mayKeepWords = () => localStorage.getItem(writerKey) !== null

export function forgetWords(): void {
  try {
    for (const key of Object.keys(localStorage))
      if (prefixes.some((prefix) => key.startsWith(prefix))) localStorage.removeItem(key)
    localStorage.removeItem(writerKey)
  } catch {
    // As above.
  }
}
