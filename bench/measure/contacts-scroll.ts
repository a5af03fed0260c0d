import type { Browser, Page } from 'playwright-core'
import { openBrowser } from '../../e2e/house.ts'

export type Scrolled = {
  contacts: number
  frames: number
  /** Frames that took longer than 50 ms. */
  late: number
  longest: number
  /** Milliseconds from the scrollbar let go until the rows that belong there are on the screen. */
  middle: number
  end: number
  /** Megabytes of the page's heap after all of it. */
  heap: number
}

/** The table of contacts as people use it: the wheel, then the scrollbar dragged to the middle, to the end and back. */
export async function scrollContacts(port: number, cookie: string): Promise<Scrolled | undefined> {
  const browser = await openBrowser()
  if (!browser) return undefined
  try {
    return await scrollIn(browser, `http://127.0.0.1:${port}`, cookie)
  } finally {
    await browser.close()
  }
}

async function scrollIn(browser: Browser, url: string, cookie: string): Promise<Scrolled> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  const [name, value] = cookie.split('=') as [string, string]
  await context.addCookies([{ name, value, url }])
  const page = await context.newPage()
  await page.goto(`${url}/contacts`)
  await page.getByRole('list', { name: 'Contacts' }).getByRole('checkbox').first().waitFor()
  await page.waitForLoadState('networkidle')
  await page.evaluate(watchFrames)
  await turnWheel(page)
  const middle = await page.evaluate<number>(drag(0.5))
  const end = await page.evaluate<number>(drag(1))
  await page.evaluate<number>(drag(0))
  const frames = await page.evaluate<number[]>('window.endFrames()')
  const contacts = await page.evaluate<number>(
    `Number(document.querySelector('[role=list][aria-label="Contacts"] [role=listitem]').getAttribute('aria-setsize'))`,
  )
  const session = await context.newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  const late = frames.filter((time) => time > 50).length
  return { contacts, frames: frames.length, late, longest: Math.max(...frames), middle, end, heap: usedSize / 2 ** 20 }
}

async function turnWheel(page: Page): Promise<void> {
  await page.mouse.move(640, 500)
  for (let turn = 0; turn < 120; turn++) {
    await page.mouse.wheel(0, 240)
    await page.waitForTimeout(16)
  }
}

const watchFrames = `(() => {
  const times = []
  let last = performance.now()
  let isOver = false
  const next = () => {
    const now = performance.now()
    times.push(now - last)
    last = now
    if (!isOver) requestAnimationFrame(next)
  }
  requestAnimationFrame(next)
  window.endFrames = () => ((isOver = true), times)
})()`

/** Over sixty frames, as a hand does it; ends when every place on the screen has its contact. */
const drag = (share: number) => `(async () => {
  const list = document.querySelector('[role=list][aria-label="Contacts"]')
  const frame = () => new Promise((drawn) => requestAnimationFrame(drawn))
  const from = list.scrollTop
  const to = (list.scrollHeight - list.clientHeight) * ${share}
  for (let step = 1; step <= 60; step++) {
    list.scrollTop = from + ((to - from) * step) / 60
    await frame()
  }
  const released = performance.now()
  const seen = () => {
    const { top, bottom } = list.getBoundingClientRect()
    return [...list.querySelectorAll('[role=listitem]')].filter((row) => {
      const place = row.getBoundingClientRect()
      return place.bottom > top + 1 && place.top < bottom - 1
    })
  }
  const isThere = () => {
    const rows = seen()
    const first = Number(rows[0]?.getAttribute('aria-posinset')) - 1
    return Math.abs(first - list.scrollTop / 56) < 2 && rows.every((row) => row.querySelector('[role=checkbox]'))
  }
  while (!isThere()) {
    if (performance.now() - released > 20000) throw new Error('the rows at ${share} never came')
    await frame()
  }
  return performance.now() - released
})()`
