/** A reload that did not help is not repeated at once. Milliseconds. */
const pause = 30_000
const key = 'parley:reloaded'

/**
 * After an upgrade the files of the dashboard that is open are gone from the server. Where one of them is missing the page
 * is loaded anew, in the place where it is; words that were not sent are kept.
 */
export function reloadWhenOutdated(view: Window, now: () => number): void {
  view.addEventListener('vite:preloadError', () => {
    if (now() - Number(view.sessionStorage.getItem(key) ?? 0) < pause) return
    view.sessionStorage.setItem(key, String(now()))
    view.location.reload()
  })
}
