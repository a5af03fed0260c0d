import type { Page } from 'playwright-core'

const column = (page: Page, name: string) => page.getByRole('region', { name, exact: true })
const cardIn = (page: Page, stage: string, title: string) =>
  column(page, stage).locator('[data-lead]').filter({ hasText: title })

/** From the chat to the board, by keyboard to the next stage, in a second browser, and lost with a reason. */
export async function followLead(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Put the phone away' }).click()
  const details = page.getByRole('complementary', { name: 'Details' })
  await details.getByRole('button', { name: 'Create lead' }).click()
  const value = details.getByRole('textbox', { name: 'Value' })
  await value.fill('120')
  await value.press('Enter')
  await details.getByText('Nothing is planned for this lead.').waitFor()
  await page.getByRole('region', { name: 'Conversations' }).getByTitle('Lead: New').waitFor()

  const title = 'Ana (practice customer)'
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Leads' }).first().click()
  await cardIn(page, 'New', title).getByText('120').waitFor()
  const second = await openSecondBrowser(page)
  await cardIn(second, 'New', title).waitFor()

  await cardIn(page, 'New', title).focus()
  for (const key of ['Space', 'ArrowRight', 'Space']) await page.keyboard.press(key)
  await page.getByText('Put down Ana (practice customer). In conversation, place 1 of 1.').waitFor()
  await cardIn(second, 'In conversation', title).waitFor()
  await column(second, 'In conversation').getByText('$120', { exact: true }).first().waitFor()

  await cardIn(second, 'In conversation', title).click()
  const lead = second.getByRole('dialog', { name: title })
  await lead.getByText('Stage:').waitFor()
  await lead.getByRole('button', { name: 'Lost' }).click()
  await second.getByRole('textbox', { name: /^Why/ }).fill('Wanted it cheaper')
  await second.getByRole('button', { name: 'Mark as lost' }).click()
  await cardIn(page, 'Lost', title).getByText('Wanted it cheaper').waitFor()
  await second.context().close()
}

/** The same person at another desk. */
async function openSecondBrowser(page: Page): Promise<Page> {
  const storageState = await page.context().storageState()
  const context = await page.context().browser()!.newContext({ storageState })
  const second = await context.newPage()
  await second.goto(page.url())
  return second
}
