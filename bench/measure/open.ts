import type { Browser } from 'playwright-core'
import { openBrowser } from '../../e2e/house.ts'

/**
 * From the click on a row of the inbox to its last message on the screen, in milliseconds, shortest first. Each time is of a
 * browser that has opened nothing before: no code of the thread, no messages, and the pointer was not over the row, which
 * would fetch them ahead. Undefined where there is no Chromium.
 */
export async function openChats(port: number, cookie: string, count: number): Promise<number[] | undefined> {
  const browser = await openBrowser()
  if (!browser) return undefined
  try {
    const times: number[] = []
    for (let index = 0; index < count; index++) times.push(await openOne(browser, port, cookie, index))
    return times.sort((a, b) => a - b)
  } finally {
    await browser.close()
  }
}

async function openOne(browser: Browser, port: number, cookie: string, index: number): Promise<number> {
  const url = `http://127.0.0.1:${port}`
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  try {
    const [name, value] = cookie.split('=') as [string, string]
    await context.addCookies([{ name, value, url }])
    const page = await context.newPage()
    await page.goto(`${url}/inbox`)
    await page.locator('button:has(time)').nth(index).waitFor()
    await page.waitForLoadState('networkidle')
    return await page.evaluate<number>(script(index))
  } finally {
    await context.close()
  }
}

/** Runs in the page. The preview in the row is the text of the last message, as the large shop is filled. */
const script = (index: number) => `(async () => {
  const row = document.querySelectorAll('button:has(time)')[${index}]
  const said = [...row.querySelectorAll('.line-text')].at(-1).textContent.trim()
  const isThere = () => document.querySelector('[aria-label="Messages"]')?.textContent.includes(said)
  const frame = () => new Promise((drawn) => requestAnimationFrame(drawn))
  const started = performance.now()
  row.click()
  while (!isThere()) {
    if (performance.now() - started > 20000) throw new Error('“' + said + '” never came')
    await frame()
  }
  // The frame in which it stands is on the screen when the next one begins.
  await frame()
  return performance.now() - started
})()`
