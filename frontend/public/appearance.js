// Sets theme and direction before the first paint. The dashboard keeps both under the same keys (composables/useAppearance.ts).
;(() => {
  let stored = {}
  try {
    stored = JSON.parse(localStorage.getItem('parley:appearance') || '{}')
  } catch {
    // Storage is closed or holds something else: the defaults below are right.
  }
  const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
  document.documentElement.dataset.theme = stored.theme === 'dark' || stored.theme === 'light' ? stored.theme : system
  if (stored.direction === 'rtl') document.documentElement.dir = 'rtl'
})()
