import type { Page } from 'playwright-core'
import { readSample, type MediaName } from '../backend/simulator/samples/samples.ts'
import type { Simulator } from '../backend/simulator/simulator.ts'
import { waitUntil } from './house.ts'

type Row = { type: string; body: Record<string, unknown> }
const hour = 3_600_000

/** The number of the simulator as a channel of this house, as a person would connect it. */
export async function connectNumber(page: Page, simulator: Simulator, houseUrl: string): Promise<void> {
  const { graphUrl: _url, graphVersion: _version, ...channel } = simulator.credentials
  await call(page, 'POST', '/api/channels', { name: 'Simulated', ...channel })
  await simulator.sendWebhooksTo(`${houseUrl}/api/webhooks/meta`)
  await call(page, 'POST', '/api/templates/sync', {})
  await call(page, 'DELETE', '/api/practice')
  await page.reload()
}

/** Everything the composer can send, one after the other; each has to reach the customer as WhatsApp wants it. */
export async function sendEveryKind(page: Page, simulator: Simulator): Promise<void> {
  simulator.receive('text', { body: 'Is anybody there?' }, { from: { phone: '+5511987650001', name: 'Carla' } })
  await openChat(page, 'Carla')
  const sent = (type: string, fits: (body: Row['body']) => boolean = () => true) =>
    waitUntil(
      async () => simulator.ledger.accepted.some((row) => row.type === type && fits(row.body as Row['body'])),
      20,
    )

  await write(page, 'Yes, we are open.')
  await sent('text')
  await page.getByRole('region', { name: 'Messages' }).getByText('Yes, we are open.').waitFor()

  const files = page.locator('input[type=file][accept="image/*,video/*"]')
  await files.setInputFiles([file('image'), file('video')])
  await page.getByLabel('Caption of photo.jpg').fill('Our shop')
  await sendNow(page)
  await sent('image', (body) => JSON.stringify(body).includes('Our shop'))
  await sent('video')

  await page.locator('input[type=file]:not([accept])').setInputFiles([file('document')])
  await sendNow(page)
  await sent('document', (body) => JSON.stringify(body).includes('invoice.pdf'))

  await paste(page, 'image')
  await page.getByLabel('Files to send').waitFor()
  await sendNow(page)
  await waitUntil(async () => simulator.ledger.accepted.filter(({ type }) => type === 'image').length === 2, 20)

  await page.getByRole('button', { name: 'Record a voice message' }).click()
  await page.getByRole('timer').getByText('0:01').waitFor()
  await page.getByRole('button', { name: 'Send the voice message' }).click()
  await sent('audio', (body) => (body['audio'] as { voice?: boolean }).voice === true)

  await attach(page, 'Location')
  await page.getByRole('textbox', { name: 'Position' }).fill('https://maps.example/@-23.5614,-46.6559,17z')
  await page.getByRole('button', { name: 'Send location' }).click()
  await sent('location', (body) => (body['location'] as { latitude: number }).latitude === -23.5614)

  await attach(page, 'Contact card')
  await page.getByRole('dialog').getByLabel('Name').fill('Bob Li')
  await page.getByRole('button', { name: 'Send contact' }).click()
  await sent('contacts')

  for (const kind of ['button', 'list']) {
    await attach(page, 'Buttons or list')
    const dialog = page.getByRole('dialog')
    if (kind === 'list') await dialog.getByRole('button', { name: /^List/ }).click()
    await dialog.getByLabel('Question').fill('Which one?')
    if (kind === 'list') await dialog.getByLabel(/Words on the button/).fill('Choose')
    await dialog.getByLabel('Answer 1', { exact: true }).fill('The first')
    await dialog.getByRole('button', { name: 'Send', exact: true }).click()
    await sent('interactive', (body) => (body['interactive'] as { type: string }).type === kind)
  }

  simulator.receive('text', { body: 'And tomorrow?' }, { from: '+5511987650001' })
  await page.getByRole('region', { name: 'Messages' }).getByText('And tomorrow?', { exact: true }).last().waitFor()
  await pressBeside(page, 'And tomorrow?', 'Reply')
  await write(page, 'This is the answer to that.')
  await sent('text', (body) => typeof (body['context'] as { message_id?: string })?.message_id === 'string')

  await pressBeside(page, 'And tomorrow?', 'React')
  await page.getByRole('button', { name: 'React with 👍' }).click()
  await sent('reaction', (body) => (body['reaction'] as { emoji: string }).emoji === '👍')
}

/** A tick that comes meanwhile moves the rows, and the buttons go with the pointer. */
async function pressBeside(page: Page, text: string, name: string): Promise<void> {
  const button = page.getByRole('region', { name: 'Messages' }).getByRole('button', { name, exact: true }).first()
  for (let left = 5; ; left--) {
    await hoverMessage(page, text)
    const pressed = await button.click({ timeout: 2000 }).then(
      () => true,
      (error: unknown) => {
        if (left === 0) throw error
        return false
      },
    )
    if (pressed) return
  }
}

/** A place that was planned for later is named anew, and then goes out at once after all. */
export async function planForLater(page: Page, simulator: Simulator): Promise<void> {
  await attach(page, 'Location')
  await page.getByRole('textbox', { name: 'Position' }).fill('-23.5, -46.6')
  await page.getByRole('textbox', { name: /^Name/ }).fill('Old shop')
  await page.getByRole('dialog').getByRole('button', { name: 'Send later' }).click()
  await page.getByRole('menuitem', { name: /^Tomorrow morning/ }).click()
  const planned = page.getByRole('list', { name: 'Planned messages' })
  await planned.getByRole('button', { name: 'Planned: Old shop' }).click()
  await page.getByRole('menuitem', { name: 'Change it …' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('New shop')
  await page.getByRole('button', { name: 'Save' }).click()
  await planned.getByRole('button', { name: 'Planned: New shop' }).click()
  await page.getByRole('menuitem', { name: 'Send now' }).click()
  await waitUntil(
    async () => simulator.ledger.accepted.some(({ body }) => JSON.stringify(body).includes('New shop')),
    20,
  )
  await planned.waitFor({ state: 'hidden' })
}

/** After 24 hours the composer is a choice of templates, with what each leaves open. */
export async function sendTemplateOutside(page: Page, simulator: Simulator): Promise<void> {
  const components = [
    { type: 'HEADER', format: 'LOCATION' },
    { type: 'BODY', text: 'We have moved, {{1}}, come and see.', example: { body_text: [['Ana']] } },
  ]
  simulator.addTemplate({ name: 'we_moved', components })
  await call(page, 'POST', '/api/templates/sync', {})
  const timestamp = Math.floor((Date.now() - 30 * hour) / 1000)
  simulator.receive('text', { body: 'Yesterday' }, { from: { phone: '+5511987650002', name: 'Dora' }, timestamp })
  await openChat(page, 'Dora')
  await page.getByRole('list', { name: 'Approved templates' }).getByText('we_moved').click()
  const send = page.getByRole('button', { name: 'Send', exact: true })
  if (await send.isEnabled()) throw new Error('a template without its place could be sent')
  await page.getByLabel('Heading · place').fill('52.5, 13.4')
  await page.getByLabel('Name of the place').fill('New shop')
  await shoot(page, 'template-picker')
  await send.click()
  await waitUntil(async () =>
    simulator.ledger.accepted.some(({ body }) => JSON.stringify(body).includes('"name":"we_moved"')),
  )
  await page.getByRole('region', { name: 'Messages' }).getByText('We have moved, Dora').first().waitFor()
}

/** A carousel from an empty page to Meta's approval, and a look at what all of it costs. */
export async function writeCarousel(page: Page, simulator: Simulator): Promise<void> {
  await page.goto(`${new URL(page.url()).origin}/templates/new`)
  await page.getByLabel('Name', { exact: true }).fill('Two plants')
  await page.getByRole('button', { name: 'Carousel' }).click()
  await page.getByRole('textbox', { name: 'Text' }).first().fill('Look at our plants of the week.')
  for (const index of [0, 1]) {
    const card = page.getByRole('group', { name: `Card ${index + 1}` })
    await card.getByLabel('Example for Meta').setInputFiles([file('image')])
    await card.getByText('Meta has the example').waitFor()
    await card.getByRole('textbox', { name: 'Text' }).fill(`Plant number ${index + 1}.`)
    await card.getByLabel('On the button').fill('Tell me more')
  }
  await shoot(page, 'carousel')
  await page.getByRole('button', { name: 'Submit to Meta' }).click()
  await page.waitForURL(/\/templates$/)
  const written = () => [...simulator.world.templates.values()].find(({ name }) => name === 'two_plants')
  await waitUntil(async () => written()?.components.some(({ type }) => type === 'CAROUSEL') ?? false, 10)
}

export async function seeCosts(page: Page): Promise<void> {
  const { origin } = new URL(page.url())
  await page.goto(`${origin}/settings/messaging`)
  await page.getByRole('button', { name: 'Start with a country' }).click()
  await page.getByRole('menuitem', { name: /United States/ }).click()
  await page.getByRole('button', { name: 'Save the prices' }).click()
  await page.getByText('The prices were saved').waitFor()
  await shoot(page, 'rates')
  const { channels } = await call<{ channels: { id: string; kind: string }[] }>(page, 'GET', '/api/channels')
  await page.goto(`${origin}/settings/channels/${channels.find(({ kind }) => kind === 'cloud')!.id}`)
  await page.getByRole('meter', { name: 'Free answers used' }).waitFor()
  await page.getByRole('cell', { name: 'Utility templates' }).waitFor()
  await shoot(page, 'usage')
}

export async function call<T>(page: Page, method: string, path: string, body?: object): Promise<T> {
  const answer = await page.evaluate(
    async ([how, where, what]) => {
      const response = await fetch(where!, {
        method: how!,
        headers: { 'content-type': 'application/json' },
        ...(what ? { body: what } : {}),
      })
      if (!response.ok) throw new Error(await response.text())
      return (await response.json()) as { data: unknown }
    },
    [method, path, body ? JSON.stringify(body) : undefined],
  )
  return answer.data as T
}

export async function openChat(page: Page, name: string): Promise<void> {
  await page.getByLabel('Conversations', { exact: true }).getByText(name).first().click({ timeout: 20_000 })
}

async function write(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: /^Message/ }).fill(text)
  await page.keyboard.press('Enter')
}

async function sendNow(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Send/ }).last().click()
}

async function attach(page: Page, what: string): Promise<void> {
  await page.getByRole('button', { name: 'Attach' }).click()
  await page.getByRole('menuitem', { name: what }).click()
}

async function hoverMessage(page: Page, text: string): Promise<void> {
  // The thread may have moved under a resting mouse, which browsers do not tell of.
  await page.mouse.move(0, 0)
  await page.getByRole('region', { name: 'Messages' }).getByText(text, { exact: true }).last().hover()
}

function file(name: MediaName) {
  const { bytes, mimeType, filename } = readSample(name)
  return { name: filename, mimeType, buffer: Buffer.from(bytes) }
}

async function paste(page: Page, name: MediaName): Promise<void> {
  const { buffer, mimeType } = file(name)
  await page.getByRole('textbox', { name: /^Message/ }).focus()
  await page.evaluate(`{
    const bytes = Uint8Array.from(atob('${buffer.toString('base64')}'), (letter) => letter.charCodeAt(0))
    const clipboardData = new DataTransfer()
    clipboardData.items.add(new File([bytes], 'pasted.jpg', { type: '${mimeType}' }))
    document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }))
  }`)
}

/** For people who want to look at it: E2E_SHOTS names the folder. */
export async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env['E2E_SHOTS']
  if (folder) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true })
}
