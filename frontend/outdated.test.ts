import { expect, test } from 'vitest'
import { reloadWhenOutdated } from './outdated.ts'

test('a missing file of the dashboard loads the page anew, and not again when that did not help', () => {
  let now = 1_000_000
  let reloads = 0
  const kept = new Map<string, string>()
  const view = Object.assign(new EventTarget(), {
    location: { reload: () => (reloads += 1) },
    sessionStorage: {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => kept.set(key, value),
    },
  })
  reloadWhenOutdated(view as unknown as Window, () => now)
  const miss = () => view.dispatchEvent(new Event('vite:preloadError'))
  miss()
  now += 5000
  miss()
  expect(reloads).toBe(1)
  now += 60_000
  miss()
  expect(reloads).toBe(2)
})
