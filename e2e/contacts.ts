import type { Page } from 'playwright-core'
import { waitUntil, type House } from './house.ts'

const table = [
  'First Name,Last Name,Mobile Phone,City',
  'Ana,Silva,+55 11 98765-4321,Recife',
  'Bob,Berg,+49 151 12345678,Berlin',
  'Nobody,Reachable,12,Nowhere',
].join('\n')

/** The wizard from the file to the list, then a segment over what came in. */
export async function importContacts(page: Page): Promise<void> {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Contacts' }).first().click()
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  const file = { name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(table) }
  await page.getByLabel('CSV file').setInputFiles(file)
  // The columns were recognised; a tag is given to everybody.
  const numbers = page.getByLabel('What “Mobile Phone” is')
  await numbers.waitFor()
  if ((await numbers.inputValue()) !== 'phone') throw new Error('the column of the numbers was not recognised')
  await page.getByRole('textbox', { name: /^Tags for everybody/ }).fill('fair')
  await page.getByRole('button', { name: 'Check first' }).click()
  await page.getByText('This is not a telephone number.').waitFor()
  await page.getByRole('button', { name: 'Import 2 contacts' }).click()
  await page.getByRole('heading', { name: 'Done' }).waitFor()
  await page.getByRole('dialog').getByText('Close', { exact: true }).click()
  await page.getByRole('list', { name: 'Contacts' }).getByText('Bob Berg').waitFor()
}

export async function saveSegment(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Segment', exact: true }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Met at the fair')
  await page
    .getByRole('textbox', { name: 'Value' })
    .or(page.getByRole('combobox', { name: 'Value' }))
    .fill('fair')
  await page.getByText('2 contacts fit').waitFor()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: /Met at the fair/, pressed: true }).waitFor()
  await page.getByRole('list', { name: 'Contacts' }).getByText('Ana Silva').click()
  await page.getByRole('dialog').getByText('Recife').waitFor()
  await page.keyboard.press('Escape')
}

/** A file that is too long for one request: its progress, a closed window, a killed server, and the way back. */
export async function importLongFile(page: Page, house: House): Promise<void> {
  const rows = Array.from({ length: 30_000 }, (_, index) => `Guest ${index},+5511${900_000_000 + index},guests`)
  const buffer = Buffer.from(['name,phone,tags', ...rows, 'Nobody,12,guests'].join('\n'))
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  await page.getByLabel('CSV file').setInputFiles({ name: 'guests.csv', mimeType: 'text/csv', buffer })
  await page.getByRole('button', { name: 'Check first' }).click({ timeout: 60_000 })
  await page.getByRole('button', { name: 'Import 30,000 contacts' }).click({ timeout: 60_000 })
  await page.getByRole('dialog').getByRole('progressbar').waitFor()
  // Whoever leaves finds it above the list, and so does whoever comes back after the server was killed.
  await page.getByRole('dialog').getByText('Close', { exact: true }).last().click()
  await page.getByRole('progressbar', { name: 'Import of guests.csv' }).waitFor()
  await waitUntil(async () => (await stateOfImport(page)).rows > 0)
  await house.kill()
  await house.restart()
  await page.reload()
  await waitUntil(async () => (await stateOfImport(page)).state === 'done', 180)
  const { rows: read, created, failed } = await stateOfImport(page)
  const total = await countContacts(page, 'tag=guests')
  if (read !== 30_001 || created !== 30_000 || failed !== 1 || total !== 30_000)
    throw new Error(`after the restart: ${JSON.stringify({ read, created, failed, total })}`)
}

/** The scrollbar dragged to its end shows the last of 30,000, and nothing between was asked for. */
export async function lookAtTheEnd(page: Page): Promise<void> {
  const list = page.getByRole('list', { name: 'Contacts' })
  const readTotal = async () => Number(await list.getByRole('listitem').first().getAttribute('aria-setsize'))
  await waitUntil(async () => (await list.isVisible()) && (await readTotal()) >= 30_000, 30)
  const total = await readTotal()
  const asked: string[] = []
  page.on('request', (request) => request.url().includes('/api/contacts?') && asked.push(request.url()))
  await list.evaluate((element) => (element.scrollTop = element.scrollHeight))
  await list.locator(`[aria-posinset="${total}"]`).getByRole('checkbox').waitFor()
  if (asked.length > 6) throw new Error(`asked: ${asked.join(' ')}`)
  await list.evaluate((element) => (element.scrollTop = 0))
  await list.locator('[aria-posinset="1"]').getByRole('checkbox').waitFor()
}

/** All matches of a filter get a tag, and lose it again. */
export async function changeAllMatches(page: Page): Promise<void> {
  await page.getByRole('searchbox', { name: 'Search by name, number or e-mail' }).fill('Guest 299')
  await page.getByRole('list', { name: 'Contacts' }).getByText('Guest 10299').waitFor()
  const matches = await countContacts(page, 'search=Guest%20299')
  await page.getByRole('checkbox', { name: 'Choose all that are loaded' }).click()
  await page.getByRole('button', { name: `Choose all ${matches}` }).click()
  await page.getByRole('button', { name: 'Add tag' }).click()
  await page
    .getByRole('combobox', { name: 'Add a tag' })
    .or(page.getByPlaceholder('Add a tag'))
    .first()
    .fill('front row')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Add the tag' }).click()
  await waitUntil(async () => (await countContacts(page, 'tag=front%20row')) === matches)
  await page.getByRole('button', { name: 'Undo' }).click()
  await waitUntil(async () => (await countContacts(page, 'tag=front%20row')) === 0)
}

/** Two contacts become one, and two again. */
export async function mergeAndSeparate(page: Page): Promise<void> {
  await page.getByRole('searchbox', { name: 'Search by name, number or e-mail' }).fill('')
  await page.getByRole('list', { name: 'Contacts' }).getByText('Ana Silva').click()
  await page.getByRole('button', { name: 'Merge …' }).click()
  await page.getByRole('searchbox', { name: 'Search contacts' }).fill('Bob Berg')
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /Bob Berg/ })
    .click()
  await page.getByRole('button', { name: 'Merge', exact: true }).click()
  await page.getByText('Merged from').waitFor()
  await waitUntil(async () => (await countContacts(page, 'search=Bob%20Berg')) === 0)
  await page.getByRole('button', { name: 'Take back' }).click()
  await waitUntil(async () => (await countContacts(page, 'search=Bob%20Berg')) === 1)
  await page.keyboard.press('Escape')
}

async function ask<Data>(page: Page, path: string): Promise<Data> {
  const text = await page.evaluate<string>(`fetch('/api${path}').then((answer) => answer.text())`)
  return (JSON.parse(text) as { data: Data }).data
}

type State = { state: string; rows: number; created: number; failed: number }
async function stateOfImport(page: Page): Promise<State> {
  const { imports } = await ask<{ imports: (State & { fileName: string })[] }>(page, '/contacts/imports')
  return imports.find(({ fileName }) => fileName === 'guests.csv')!
}

async function countContacts(page: Page, query: string): Promise<number> {
  return (await ask<{ pagination: { total: number } }>(page, `/contacts?page=1&limit=1&${query}`)).pagination.total
}

/** The page of segments: a copy, a new name that a second browser sees, its contacts, its chats, a rule that needs it. */
export async function keepSegments(page: Page): Promise<void> {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Segments' }).first().click()
  const row = (on: Page, name: string) =>
    on.getByRole('list', { name: 'Segments' }).locator('li').filter({ hasText: name })
  await row(page, 'Met at the fair').getByText('Tag “fair”').waitFor()
  await row(page, 'Met at the fair').getByText('0 chats').waitFor()
  const context = await page
    .context()
    .browser()!
    .newContext({ storageState: await page.context().storageState() })
  const second = await context.newPage()
  await second.goto(page.url())
  await row(second, 'Met at the fair').waitFor()

  const choose = async (name: string, item: string) => {
    await page.getByRole('button', { name: `More for ${name}` }).click()
    await page.getByRole('menuitem', { name: item }).click()
  }
  await choose('Met at the fair', 'Duplicate …')
  const name = page.getByRole('textbox', { name: 'Name' })
  await name.fill('Everybody')
  await page.getByRole('button', { name: 'Remove this condition' }).click()
  await page.getByText('3 contacts fit').waitFor()
  await page.getByRole('button', { name: 'Save' }).click()
  await row(second, 'Everybody').getByText('1 chat', { exact: true }).waitFor()
  await choose('Everybody', 'Rename or change …')
  await name.fill('All of them')
  await page.getByRole('button', { name: 'Save' }).click()
  await row(second, 'All of them').getByText('3 contacts').waitFor()
  await context.close()

  await row(page, 'Met at the fair').getByRole('link', { name: '2 contacts' }).click()
  await page.getByRole('button', { name: /Met at the fair/, pressed: true }).waitFor()
  await page.goBack()
  await row(page, 'All of them').getByRole('link', { name: '1 chat' }).click()
  await page.getByRole('heading', { name: 'All of them' }).waitFor()
  await page.getByRole('list', { name: 'All of them' }).getByText('Ana (practice customer)').waitFor()
  await page.goBack()
  await choose('All of them', 'Delete …')
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
  await row(page, 'All of them').waitFor({ state: 'detached' })
}
