import type { Page } from 'playwright-core'

/** "When a message says price, answer with a text", made in the form and tried before it is saved. */
export async function makePriceRule(page: Page): Promise<void> {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Automation' }).first().click()
  await page.getByRole('link', { name: 'Make the first rule' }).click()
  await page.getByRole('textbox', { name: /^Name/ }).fill('Price list')
  await page.getByRole('textbox', { name: 'One of these words' }).fill('price')
  await page.getByRole('textbox', { name: 'Text' }).fill('Hi {{first_name}}, a box is ten euros.')
  await page.getByRole('textbox', { name: 'The customer writes' }).fill('What is the price?')
  await page.getByRole('button', { name: 'See what happens' }).click()
  await page.getByText('It happens.').waitFor()
  await tryWithCustomer(page)
  await page.getByRole('combobox', { name: 'In one chat at most' }).selectOption('1')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('list', { name: 'Rules' }).getByText('Price list', { exact: true }).waitFor()
}

/** Somebody made up knows no name; a customer does, and leaves with the trial of somebody else. */
async function tryWithCustomer(page: Page): Promise<void> {
  const results = page.getByRole('list', { name: 'What would happen' })
  await page.getByRole('button', { name: 'With whom' }).click()
  await page.getByRole('textbox', { name: 'With whom' }).fill('nobody of that name')
  await page.getByText('No chat fits these words.').waitFor()
  await page.getByRole('textbox', { name: 'With whom' }).fill('ana')
  await page.getByRole('listbox', { name: 'With whom' }).getByRole('option').first().click()
  await results.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'See what happens' }).click()
  await results.getByText('a box is ten euros').waitFor()
  await page.getByRole('button', { name: 'Nobody in particular' }).click()
  await results.waitFor({ state: 'detached' })
}

const answer = 'Hi Ana, a box is ten euros.'
const thread = (page: Page) => page.getByRole('region', { name: 'Messages' })
const answers = (page: Page) => thread(page).getByText(answer, { exact: true })

/** A second one, since the first rests for a minute in one chat. */
export async function addHoursRule(page: Page): Promise<void> {
  const rule = {
    name: 'Hours',
    trigger: { kind: 'keyword', match: 'fuzzy', words: ['opening hours'] },
    steps: [{ kind: 'text', text: 'We open at nine.' }],
  }
  const status = await page.evaluate<number>(
    `fetch('/api/automation/rules', { method: 'POST', headers: { 'content-type': 'application/json' }, body: ${JSON.stringify(JSON.stringify(rule))} }).then(({ status }) => status)`,
  )
  if (status !== 201) throw new Error(`the rule was answered with ${status}`)
}

/** As the practice customer's phone does. */
async function customerSays(page: Page, text: string): Promise<void> {
  const status = await page.evaluate<number>(
    `fetch('/api/practice/messages', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ text: ${JSON.stringify(text)} }) }).then(({ status }) => status)`,
  )
  if (status >= 300) throw new Error(`the practice customer could not write: ${status}`)
  await page.getByRole('main').getByText(text).last().waitFor()
}

/** It answers by itself, is silent once a person answered, and speaks again when it is resumed. */
export async function seeRuleYield(page: Page): Promise<void> {
  await customerSays(page, 'What is the price of a box?')
  await answers(page).last().waitFor({ timeout: 20_000 })
  const before = await answers(page).count()
  await page.getByRole('textbox', { name: /^Message Ana/ }).fill('And for you it is nine.')
  await page.keyboard.press('Enter')
  await page.getByText('Rules are paused here, because a person answered.').waitFor()
  const resume = page.getByRole('button', { name: 'Resume automation' })
  await customerSays(page, 'Is that the price with delivery?')
  await page.goto(page.url().replace(/\/inbox.*/, '/automation/log'))
  await page.getByText('A person answered in this chat, so automation is paused.').first().waitFor()
  await page.goBack()
  await answers(page).last().waitFor()
  if ((await answers(page).count()) !== before) throw new Error('the rule answered although a person had')
  await resume.click()
  await page.getByRole('button', { name: 'Pause automation in this chat' }).waitFor()
  await customerSays(page, 'And the opening hours?')
  await page.getByRole('main').getByText('We open at nine.', { exact: true }).last().waitFor({ timeout: 20_000 })
}

/** The forms that say when automation speaks: filled in, saved, and still so after a reload. */
export async function setTimes(page: Page): Promise<void> {
  const origin = new URL(page.url()).origin
  await page.goto(`${origin}/settings/business-hours`)
  await page.getByRole('switch', { name: /^We have business hours/ }).click()
  await page.getByRole('button', { name: 'Add hours on Saturday' }).click()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText(/^(Open|Closed) now$/).waitFor()
  await page.goto(`${origin}/automation/follow-ups`)
  await page.getByRole('switch', { name: /^Follow up customers/ }).click()
  await page.getByRole('spinbutton', { name: 'After how many hours' }).fill('5')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Follow-ups were saved').waitFor()
  await page.reload()
  await page.getByText(/^When a customer has not answered for 5 hours/).waitFor()
}
