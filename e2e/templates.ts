import type { Locator, Page } from 'playwright-core'
import type { Simulator } from '../backend/simulator/simulator.ts'
import { call, openChat, shoot } from './composer.ts'
import { waitUntil } from './house.ts'

type Form = {
  name: string
  /** Fills the builder, whose name and text are there already. */
  write: (page: Page) => Promise<void>
  /** Fills what the template leaves open when it is sent. */
  fill: (form: Locator) => Promise<void>
  /** What the customer's telephone has to get. */
  sent: string[]
}

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true }).click()
async function addButton(page: Page, name: string): Promise<void> {
  await press(page, 'Add a button')
  await page.getByRole('menuitem', { name, exact: true }).click()
}
const text = (page: Page, words: string) => page.getByRole('textbox', { name: 'Text', exact: true }).first().fill(words)

const forms: Form[] = [
  {
    name: 'half_price_week',
    async write(page) {
      await press(page, 'Offer')
      await page.getByRole('textbox', { name: 'Offer' }).fill('Ends soon')
      await text(page, 'Half price on everything this week.')
      await page.getByLabel('Example of the code').fill('HALF50')
      await page.getByLabel('On the button').fill('Shop')
      await page.getByLabel('Address').fill('https://shop.example')
    },
    async fill(form) {
      await form.getByLabel('The offer ends').fill('2035-05-01T18:00')
      await form.getByLabel(/^Button ·/).fill('HALF50')
    },
    sent: ['"limited_time_offer"', '"expiration_time_ms"', '"coupon_code":"HALF50"'],
  },
  {
    name: 'sign_in_code',
    async write(page) {
      await press(page, 'Login code')
    },
    async fill(form) {
      await form.getByLabel('The code').first().fill('123456')
    },
    sent: ['"text":"123456"', '"sub_type":"url"'],
  },
  {
    name: 'new_in_the_shop',
    async write(page) {
      await press(page, 'Marketing')
      await text(page, 'New plants have come in.')
      await addButton(page, 'List of products')
    },
    async fill(form) {
      await form.getByLabel('Product whose picture is shown').fill('fern-1')
      await form.getByLabel('Products in the list').fill('fern-1, cactus-2')
    },
    sent: ['"sub_type":"mpm"', '"thumbnail_product_retailer_id":"fern-1"', 'cactus-2'],
  },
  {
    name: 'plants_to_swipe',
    async write(page) {
      await press(page, 'Carousel')
      await text(page, 'Swipe through our plants.')
      await press(page, 'Products')
      await page.getByText('comes from your catalogue').or(page.getByText('come from your catalogue')).waitFor()
    },
    async fill(form) {
      await form.getByLabel('Number of the catalogue at Meta').fill('777888999')
      await form.getByLabel('Product', { exact: true }).first().fill('fern-1')
      await form.getByLabel('Product', { exact: true }).last().fill('cactus-2')
    },
    sent: ['"type":"carousel"', '"product_retailer_id":"cactus-2"', '"catalog_id":"777888999"'],
  },
  {
    name: 'book_a_table',
    async write(page) {
      await text(page, 'Choose a day and a table.')
      await addButton(page, 'Form (flow)')
      await page.getByLabel('On the button').fill('Book')
      await page.getByLabel('Number of the form').fill('1029384756')
    },
    fill: async () => {},
    sent: ['"name":"book_a_table"'],
  },
  {
    name: 'find_us_here',
    async write(page) {
      await press(page, 'Place')
      await text(page, 'This is where we are.')
    },
    async fill(form) {
      await form.getByLabel('Heading · place').fill('52.5, 13.4')
      await form.getByLabel('Name of the place').fill('The shop')
    },
    sent: ['"type":"location"', '"name":"The shop"'],
  },
]

/** Every kind of template from an empty page to the customer's telephone. */
export async function writeAndSendEachForm(page: Page, simulator: Simulator): Promise<void> {
  const { origin } = new URL(page.url())
  for (const form of forms) {
    await page.goto(`${origin}/templates/new`)
    await page.getByLabel('Name', { exact: true }).fill(form.name)
    await form.write(page)
    await shoot(page, `write-${form.name}`)
    await press(page, 'Submit to Meta')
    await page.waitForURL(/\/templates$/)
  }
  await waitUntil(async () => {
    const { templates } = await call<{ templates: { name: string; status: string }[] }>(
      page,
      'GET',
      '/api/templates?limit=100',
    )
    return forms.every(({ name }) => templates.find((one) => one.name === name)?.status === 'APPROVED')
  }, 20)
  const timestamp = Math.floor((Date.now() - 30 * 3_600_000) / 1000)
  simulator.receive('text', { body: 'Before' }, { from: { phone: '+5511987650003', name: 'Elisa' }, timestamp })
  await page.goto(`${origin}/inbox`)
  await openChat(page, 'Elisa')
  for (const form of forms) {
    await page.getByRole('list', { name: 'Approved templates' }).getByText(form.name, { exact: true }).click()
    const send = page.getByRole('button', { name: 'Send', exact: true })
    await send.waitFor()
    await form.fill(page.getByRole('main'))
    await shoot(page, `send-${form.name}`)
    await send.click()
    await waitUntil(async () => {
      const sent = simulator.ledger.accepted.map(({ body }) => JSON.stringify(body))
      return sent.some((body) => body.includes(`"${form.name}"`) && form.sent.every((part) => body.includes(part)))
    }, 20)
  }
}
