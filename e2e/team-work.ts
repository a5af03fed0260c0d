import type { Browser, Page } from 'playwright-core'
import { waitUntil } from './house.ts'

/** A note that mentions a colleague, who is told while her page is open. */
export async function mentionColleague(page: Page, colleague: Page): Promise<void> {
  await page.locator('body').click({ position: { x: 720, y: 200 } })
  await page.keyboard.press('n')
  const note = page.getByRole('textbox', { name: 'Note for the team' })
  await note.pressSequentially('Can we deliver? @be')
  await page.getByRole('option', { name: 'Bea Agent' }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Add note' }).click()
  await page.getByRole('article', { name: 'Note by Olga Owner' }).getByText('@Bea Agent').waitFor()
  await colleague.getByRole('button', { name: 'Notifications, 1 unread' }).click()
  await colleague.getByText('Olga Owner mentioned you').click()
  await colleague.getByRole('article', { name: 'Note by Olga Owner' }).waitFor()
  await colleague.getByRole('button', { name: 'Notifications', exact: true }).waitFor()
  // The customer got nothing of it.
  await note.press('Escape')
}

/** A slash brings a saved answer, filled in with names, and the colleague sees it arrive. */
export async function answerBySlash(page: Page, colleague: Page): Promise<void> {
  await callApi(page, 'POST', '/api/canned-replies', {
    shortcut: 'saturday',
    text: 'Yes {{contact.first_name}}, we deliver on Saturdays. {{agent.first_name}}',
  })
  const message = page.getByRole('textbox', { name: /^Message Ana/ })
  await message.click()
  await message.pressSequentially('/sat')
  await page.getByRole('option', { name: /saturday/ }).click()
  if ((await message.inputValue()) !== 'Yes Ana, we deliver on Saturdays. Olga') throw new Error('it was not filled in')
  await page.keyboard.press('Enter')
  await colleague.getByText('Olga Owner has just answered').waitFor()
  await colleague
    .getByRole('region', { name: 'Messages' })
    .getByText('Yes Ana, we deliver on Saturdays. Olga')
    .waitFor()
}

/** Several chats are closed at once and come back with one click. */
export async function closeSeveralAndUndo(page: Page): Promise<void> {
  const list = page.getByLabel('Conversations', { exact: true })
  const boxes = list.getByRole('checkbox')
  await waitUntil(async () => (await boxes.count()) >= 3)
  const before = await boxes.count()
  await boxes.nth(0).click()
  await boxes.nth(2).click({ modifiers: ['Shift'] })
  await list.getByText('3 chosen').waitFor()
  await list.getByRole('button', { name: 'Close', exact: true }).click()
  await page.getByText('3 chats closed').waitFor()
  await waitUntil(async () => (await boxes.count()) === before - 3)
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('Taken back').waitFor()
  await waitUntil(async () => (await boxes.count()) === before)
}

/** A chat that was put to sleep comes back by itself, and whoever did it is told. */
export async function snoozeAndWake(page: Page): Promise<void> {
  const conversationId = new URL(page.url()).pathname.split('/').at(-1)!
  const snoozedUntil = new Date(Date.now() + 3000).toISOString()
  await callApi(page, 'PATCH', `/api/conversations/${conversationId}`, { snoozedUntil })
  await page.getByText(/^You snoozed it until/).waitFor()
  await page.getByText('The chat woke up').waitFor({ timeout: 30_000 })
  await page.getByRole('button', { name: 'Notifications, 1 unread' }).waitFor()
}

/** From the command bar to a message somewhere else, and back to the note. */
export async function findByKeyboard(page: Page): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.getByRole('textbox', { name: 'Command or search' }).fill('invoice')
  await page.getByRole('option', { name: /I need an invoice/ }).click()
  await page.getByRole('region', { name: 'Messages' }).getByText('I need an invoice, please').waitFor()
}

/** Who leaves hands the chats over in the same dialog, and is out at once. */
export async function sendAway(page: Page, colleague: Page): Promise<void> {
  const { data } = (await colleague.evaluate(async () => (await fetch('/api/auth/me')).json())) as {
    data: { user: { id: string } }
  }
  const conversationId = new URL(page.url()).pathname.split('/').at(-1)!
  await callApi(page, 'PATCH', `/api/conversations/${conversationId}`, { assignedTo: data.user.id })
  await page.goto(`${new URL(page.url()).origin}/settings/team`)
  await page.getByRole('button', { name: 'More for Bea Agent' }).click()
  await page.getByRole('menuitem', { name: 'Disable …' }).click()
  await page.getByLabel('Who takes over the chat?').selectOption({ label: 'Olga Owner' })
  await page.getByRole('button', { name: 'Disable', exact: true }).click()
  await page.getByText('1 chat assigned', { exact: true }).waitFor()
  await colleague.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
  await page.goto(`${new URL(page.url()).origin}/inbox/${conversationId}`)
  await page
    .getByRole('button', { name: /Olga Owner/ })
    .first()
    .waitFor()
}

export async function joinAsColleague(page: Page, browser: Browser): Promise<Page> {
  const { link } = await callApi(page, 'POST', '/api/team/invitations', { email: 'bea@example.com', role: 'agent' })
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  const colleague = await context.newPage()
  await colleague.goto(String(link))
  await colleague.getByLabel('Your name').fill('Bea Agent')
  await colleague.getByLabel('Password').first().fill('green boats on grey water 3')
  await colleague.getByRole('button', { name: 'Join the team' }).click()
  await colleague.getByLabel('Conversations', { exact: true }).getByText('Ana (practice customer)').first().waitFor()
  return colleague
}

async function callApi(page: Page, method: string, path: string, body: object): Promise<Record<string, unknown>> {
  return page.evaluate(
    async ([how, where, what]) => {
      const response = await fetch(where!, {
        method: how!,
        headers: { 'content-type': 'application/json' },
        body: what!,
      })
      if (!response.ok) throw new Error(await response.text())
      return ((await response.json()) as { data: Record<string, unknown> }).data
    },
    [method, path, JSON.stringify(body)],
  )
}
