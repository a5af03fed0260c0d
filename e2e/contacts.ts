import type { Page } from 'playwright-core'

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
