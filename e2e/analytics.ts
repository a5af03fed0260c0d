import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'

/** After two messages of the customer and one of ours: the page counts them, the log lists them, the table comes down. */
export async function readAnalytics(page: Page, sent: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Analytics' }).first().click()
  await page.getByRole('heading', { name: 'Messages per day' }).waitFor()
  await page.getByRole('button', { name: 'Messages per day: show the numbers' }).click()
  const today = page.getByRole('table', { name: 'Messages per day' }).getByRole('row').nth(1)
  const cells = await today.getByRole('cell').allTextContents()
  const [received, out] = cells.slice(1).map((text) => Number(text.trim()))
  if (!(received! >= 2) || out !== 1) throw new Error(`the day shows ${received} received and ${out} sent`)

  await page.getByRole('tab', { name: 'People, numbers, tags' }).click()
  await page.getByRole('table', { name: 'People' }).getByRole('row').nth(1).waitFor()

  await page.getByRole('tab', { name: 'Message log' }).click()
  await page.getByRole('combobox', { name: 'Direction' }).selectOption('outbound')
  await page.getByRole('table', { name: 'Messages' }).getByText(sent).waitFor()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Export' }).click(),
  ])
  const table = await readFile(await download.path(), 'utf8')
  const rows = table.trim().split('\r\n')
  if (rows.length !== 2 || !rows[1]!.includes(sent)) throw new Error(`the export has ${rows.length} lines: ${table}`)
}
