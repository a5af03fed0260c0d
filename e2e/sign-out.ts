import type { Page } from 'playwright-core'
import { waitUntil } from './house.ts'

const secretWords = 'Words that nobody else may find'

/** Writes what is not sent, looks at a file, signs out, and searches everything the browser still has. */
export async function leaveNothingBehind(page: Page): Promise<void> {
  await page.getByRole('textbox', { name: /^Message Ana/ }).fill(`${secretWords}: answer`)
  const file = await page.evaluate<string>(uploadAndShow)
  await page.keyboard.press('Escape')
  await page.locator('body').click({ position: { x: 720, y: 200 } })
  await page.keyboard.press('n')
  await page.getByRole('textbox', { name: 'Note for the team' }).fill(`${secretWords}: note`)
  await waitUntil(async () => (await kept(page)).split(secretWords).length === 3, 10)
  if (!(await isCached(page, file))) throw new Error('the file should be in the cache of the browser before')

  await page.getByRole('button', { name: 'Olga Owner' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.waitForURL('**/sign-in**')
  if ((await page.context().cookies()).length > 0) throw new Error('a cookie is left')
  if ((await kept(page)).includes(secretWords)) throw new Error(`words are left: ${await kept(page)}`)
  if (await isCached(page, file)) throw new Error('a file is left in the cache')

  await page.goBack().catch(() => null)
  await page.waitForURL('**/sign-in**')
  if ((await page.content()).includes(secretWords)) throw new Error('going back shows what was written')
}

/** Everything but the HTTP cache that a page may keep. */
const kept = (page: Page) =>
  page.evaluate<string>(`(async () => JSON.stringify({
    local: { ...localStorage }, session: { ...sessionStorage }, caches: await caches.keys(),
    databases: await indexedDB.databases(), workers: (await navigator.serviceWorker.getRegistrations()).length,
  }))()`)

/** In a tab of its own: the browser calls what is not in the cache an error, and the first page must have none. */
async function isCached(page: Page, url: string): Promise<boolean> {
  const tab = await page.context().newPage()
  await tab.goto(new URL('/livez', page.url()).href)
  const found = await tab.evaluate<boolean>(
    `fetch(${JSON.stringify(url)}, { cache: 'only-if-cached', mode: 'same-origin' }).then(({ ok }) => ok, () => false)`,
  )
  await tab.close()
  return found
}

const uploadAndShow = `(async () => {
  const form = new FormData()
  form.append('file', new Blob(['a private price list'], { type: 'text/plain' }), 'prices.txt')
  const { data } = await (await fetch('/api/media', { method: 'POST', body: form })).json()
  const url = '/api/media/' + data.id + '/file'
  await (await fetch(url)).arrayBuffer()
  return url
})()`
