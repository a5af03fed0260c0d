import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, Page } from 'playwright-core'
import { startSimulator } from '../backend/simulator/simulator.ts'
import { connectNumber, planForLater, seeCosts, sendEveryKind, sendTemplateOutside, writeCarousel } from './composer.ts'
import { writeAndSendEachForm } from './templates.ts'
import { readAnalytics } from './analytics.ts'
import { addHoursRule, makePriceRule, seeRuleYield, setTimes } from './automation.ts'
import {
  changeAllMatches,
  importContacts,
  importLongFile,
  keepSegments,
  lookAtTheEnd,
  mergeAndSeparate,
  saveSegment,
} from './contacts.ts'
import {
  answerBySlash,
  closeSeveralAndUndo,
  findByKeyboard,
  joinAsColleague,
  mentionColleague,
  sendAway,
  snoozeAndWake,
} from './team-work.ts'
import { leaveNothingBehind } from './sign-out.ts'
import { followLead } from './leads.ts'
import { readAuditLog, resetPasswordByLink, setUpSecondFactor, signInWithCode, signOtherOut } from './people.ts'
import { callFrom, plantedWebhooks, plantTexts, visitAll } from './xss.ts'
import { setupCode, startHouse, waitUntil, type House } from './house.ts'

type Env = Record<string, string>
export type Journey = { name: string; run: (browser: Browser, env: Env) => Promise<void> }

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

export const journeys: Journey[] = [
  { name: 'a newcomer registers, sees the practice customer and answers', run: answerPracticeCustomer },
  { name: 'a signed webhook appears in the open browser without a reload', run: seeWebhookArrive },
  { name: 'the inbox works on a telephone', run: answerOnTelephone },
  { name: 'what was said is counted, listed and downloaded', run: countMessages },
  { name: 'a file becomes contacts, and segments hold some of them', run: bringContacts },
  {
    name: 'a long import outlives the server, and many contacts are changed, merged and put back',
    run: manageManyContacts,
  },
  { name: 'two colleagues share the work: notes, saved answers, many chats at once, snooze', run: workTogether },
  { name: 'a lead goes from the chat over the board to its end, in two browsers', run: pursueLead },
  { name: 'whatever people and customers write stays text, on every page', run: writeMarkup },
  { name: 'a forgotten password, a second factor, a device signed out, and the log of it', run: keepAccountSafe },
  { name: 'whoever signs out leaves no word and no file in the browser', run: signOut },
  { name: 'a rule answers by itself, and yields to a person until it is resumed', run: letRuleAnswer },
  { name: 'everything the composer can send reaches the customer', run: composeEverything },
  { name: 'each form of a template goes from the builder to the customer', run: writeTemplates },
]

async function answerPracticeCustomer(browser: Browser, env: Env): Promise<void> {
  await inHouse(browser, env, async (page) => {
    await signUp(page)
    await openPracticeChat(page)
    await page.getByRole('textbox', { name: /^Message Ana/ }).fill('Yes, we do!')
    await page.keyboard.press('Enter')
    await page.getByRole('region', { name: 'Messages' }).getByText('Yes, we do!').waitFor()
    // The ticks turn, and the customer answers, while the page stays open.
    await page.getByTitle('Read').first().waitFor({ timeout: 20_000 })
    await page.getByRole('region', { name: 'Messages' }).getByText('Wonderful!').waitFor({ timeout: 20_000 })
    await refuseViolations(page)
  })
}

async function countMessages(browser: Browser, env: Env): Promise<void> {
  await inHouse(browser, env, async (page) => {
    await signUp(page)
    await openPracticeChat(page)
    await page.getByRole('textbox', { name: /^Message Ana/ }).fill('Yes, we do!')
    await page.keyboard.press('Enter')
    await page.getByText('Wonderful!').first().waitFor({ timeout: 20_000 })
    await readAnalytics(page, 'Yes, we do!')
    await refuseViolations(page)
  })
}

async function seeWebhookArrive(browser: Browser, env: Env): Promise<void> {
  const appSecret = 'e2e-app-secret-41fe'
  await inHouse(browser, { ...env, WHATSAPP_APP_SECRET: appSecret }, async (page, house) => {
    await signUp(page)
    await addChannel(page)
    await postWebhook(house, appSecret, textWebhook('Good morning from a real customer'))
    await page.getByText('Good morning from a real customer').first().waitFor({ timeout: 15_000 })
    await page.getByText('Maria Silva').first().click()
    const messages = page.getByRole('region', { name: 'Messages' })
    await messages.getByText('Good morning from a real customer').waitFor()
    // A chat as short as this one has nothing to scroll, and grows while it is looked at.
    for (const text of ['Are you there?', 'I would like', 'two cakes', 'for Saturday']) {
      await postWebhook(house, appSecret, textWebhook(text, 0, text))
      await messages.getByText(text, { exact: true }).waitFor()
    }
  })
}

async function workTogether(browser: Browser, env: Env): Promise<void> {
  const appSecret = 'e2e-app-secret-41fe'
  await inHouse(browser, { ...env, WHATSAPP_APP_SECRET: appSecret }, async (page, house) => {
    await signUp(page)
    await addChannel(page)
    for (const [index, text] of ['Good morning', 'Is it open on Sunday?', 'I need an invoice, please'].entries())
      await postWebhook(house, appSecret, textWebhook(text, index))
    const colleague = await joinAsColleague(page, browser)
    await openPracticeChat(page)
    await mentionColleague(page, colleague)
    await answerBySlash(page, colleague)
    await snoozeAndWake(page)
    await closeSeveralAndUndo(page)
    await findByKeyboard(page)
    await refuseViolations(page)
    await refuseViolations(colleague)
    await sendAway(page, colleague)
    await colleague.context().close()
  })
}

async function postWebhook(house: House, appSecret: string, webhook: object): Promise<void> {
  const body = JSON.stringify(webhook)
  const signature = `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`
  const headers = { 'content-type': 'application/json', 'x-hub-signature-256': signature }
  const { status } = await fetch(`${house.url}/api/webhooks/meta`, { method: 'POST', headers, body })
  if (status !== 200) throw new Error(`the webhook was answered with ${status}`)
}

async function answerOnTelephone(browser: Browser, env: Env): Promise<void> {
  await inHouse(
    browser,
    env,
    async (page) => {
      await signUp(page)
      await openPracticeChat(page)
      await page.getByRole('textbox', { name: /^Message Ana/ }).fill('On my way')
      await page.getByRole('button', { name: 'Send', exact: true }).click()
      await page.getByTitle('Read').first().waitFor({ timeout: 20_000 })
      const wide = await page.evaluate<boolean>('document.documentElement.scrollWidth > window.innerWidth')
      if (wide) throw new Error('the page scrolls sideways on a telephone')
      await refuseViolations(page)
    },
    { width: 390, height: 844 },
  )
}

async function signOut(browser: Browser, env: Env): Promise<void> {
  await inHouse(browser, env, async (page) => {
    await signUp(page)
    await openPracticeChat(page)
    await leaveNothingBehind(page)
    await refuseViolations(page)
  })
}

async function bringContacts(browser: Browser, env: Env): Promise<void> {
  await inHouse(browser, env, async (page) => {
    await signUp(page)
    await importContacts(page)
    await saveSegment(page)
    await keepSegments(page)
    await refuseViolations(page)
  })
}

async function manageManyContacts(browser: Browser, env: Env): Promise<void> {
  const run = async (page: Page, house: House) => {
    await signUp(page)
    await importContacts(page)
    await importLongFile(page, house)
    await lookAtTheEnd(page)
    await refuseViolations(page)
    await mergeAndSeparate(page)
    await changeAllMatches(page)
    await refuseViolations(page)
  }
  // The server is killed on the way.
  await inHouse(browser, env, run, undefined, /status of 40[134]|ERR_CONNECTION|ERR_EMPTY|Failed to fetch|WebSocket/)
}

async function pursueLead(browser: Browser, env: Env): Promise<void> {
  await inHouse(browser, env, async (page) => {
    await signUp(page)
    await openPracticeChat(page)
    await followLead(page)
    await refuseViolations(page)
  })
}

async function keepAccountSafe(browser: Browser, env: Env): Promise<void> {
  await inHouse(browser, env, async (page, house) => {
    await signUp(page)
    await resetPasswordByLink(page, house)
    const secret = await setUpSecondFactor(page, house)
    const elsewhere = await browser.newContext()
    const other = await elsewhere.newPage()
    await signInWithCode(other, house, secret)
    await signOtherOut(page, other, house)
    await elsewhere.close()
    await refuseViolations(page)
    await readAuditLog(page, house)
    await refuseViolations(page)
  })
}

async function letRuleAnswer(browser: Browser, env: Env): Promise<void> {
  await inHouse(browser, env, async (page) => {
    await signUp(page)
    await makePriceRule(page)
    await refuseViolations(page)
    await addHoursRule(page)
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Inbox' }).first().click()
    await openPracticeChat(page)
    await seeRuleYield(page)
    await refuseViolations(page)
    await setTimes(page)
    await refuseViolations(page)
  })
}

async function writeTemplates(browser: Browser, env: Env): Promise<void> {
  const simulator = await startSimulator()
  const { graphUrl, graphVersion } = simulator.credentials
  const graph = { WHATSAPP_GRAPH_URL: graphUrl, WHATSAPP_GRAPH_VERSION: graphVersion }
  try {
    await inHouse(browser, { ...env, ...graph }, async (page, house) => {
      await signUp(page)
      await connectNumber(page, simulator, house.url)
      await writeAndSendEachForm(page, simulator)
      await refuseViolations(page)
    })
  } finally {
    await simulator.close()
  }
}

async function composeEverything(browser: Browser, env: Env): Promise<void> {
  const simulator = await startSimulator()
  const { graphUrl, graphVersion } = simulator.credentials
  const graph = { WHATSAPP_GRAPH_URL: graphUrl, WHATSAPP_GRAPH_VERSION: graphVersion }
  try {
    await inHouse(browser, { ...env, ...graph }, async (page, house) => {
      await page.context().grantPermissions(['microphone'])
      await signUp(page)
      await connectNumber(page, simulator, house.url)
      await sendEveryKind(page, simulator)
      await planForLater(page, simulator)
      await sendTemplateOutside(page, simulator)
      await refuseViolations(page)
      await writeCarousel(page, simulator)
      await refuseViolations(page)
      await seeCosts(page)
      await refuseViolations(page)
    })
  } finally {
    await simulator.close()
  }
}

async function writeMarkup(browser: Browser, env: Env): Promise<void> {
  const appSecret = 'e2e-app-secret-41fe'
  // A link without its secret and a number without a token are refused, and their pages say so.
  const expected = /status of 4(01|03|04|09|22)/
  const run = async (page: Page, house: House) => {
    const dialogs: string[] = []
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message())
      void dialog.dismiss()
    })
    await signUp(page)
    await addChannel(page)
    for (const webhook of plantedWebhooks()) await postWebhook(house, appSecret, webhook)
    const call = callFrom(page)
    await waitUntil(async () => {
      const { conversations } = await call('GET', '/conversations')
      return (conversations as object[]).length === 4
    })
    await call('POST', '/practice/messages', { text: '<b planted onclick=alert(1)>planted</b>' })
    await visitAll(page, await plantTexts(page))
    if (dialogs.length > 0) throw new Error(`something written ran: ${dialogs.join()}`)
  }
  await inHouse(browser, { ...env, WHATSAPP_APP_SECRET: appSecret }, run, undefined, expected)
}

/** Opens a page in a fresh house and fails on errors of the page, also on breaches of the content security policy. */
async function inHouse(
  browser: Browser,
  env: Env,
  run: (page: Page, house: House) => Promise<void>,
  viewport = { width: 1440, height: 900 },
  expected = /status of 40[134]/,
): Promise<void> {
  const house = await startHouse(env)
  const context = await browser.newContext({ viewport })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error' && !expected.test(message.text())) complaints.push(message.text())
  })
  page.on('request', (request) => {
    if (!request.url().startsWith(house.url) && !/^(data|blob|ws):/.test(request.url()))
      complaints.push(`left the house: ${request.url()}`)
  })
  try {
    await page.goto(house.url)
    await run(page, house)
    if (complaints.length > 0) throw new Error(`The page complained:\n${complaints.join('\n')}`)
  } catch (error) {
    console.error(house.log())
    await page.screenshot({ path: `${process.env['E2E_SHOTS'] ?? house.folder}/failed.png` }).catch(() => {})
    throw error
  } finally {
    await context.close()
    await house.stop()
  }
}

async function signUp(page: Page): Promise<void> {
  await page.getByLabel('Set-up code').fill(setupCode)
  await page.getByLabel('Name of your business').fill('Café Aurora')
  await page.getByLabel('Your name').fill('Olga Owner')
  await page.getByLabel('E-mail').fill('olga@example.com')
  await page.getByLabel('Password').first().fill('a calm river in may 7')
  await page.getByRole('button', { name: 'Open the inbox' }).click()
  await page.getByRole('button', { name: 'Go to the inbox' }).click()
  await page
    .getByLabel('Conversations', { exact: true })
    .getByText('Ana (practice customer)')
    .waitFor({ timeout: 30_000 })
}

async function openPracticeChat(page: Page): Promise<void> {
  await page.getByLabel('Conversations', { exact: true }).getByText('Ana (practice customer)').first().click()
  await page.getByText('Do you deliver on Saturdays?').first().waitFor()
}

async function addChannel(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const response = await fetch('/api/channels', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Shop', businessPhone: '+15550001111', phoneNumberId: '100000000000001' }),
    })
    if (!response.ok) throw new Error(await response.text())
  })
}

function textWebhook(text: string, customer = 0, id = String(customer)) {
  const phone = `551198765432${customer + 1}`
  const contacts = [{ profile: { name: 'Maria Silva' }, wa_id: phone }]
  const timestamp = String(Math.floor(Date.now() / 1000))
  const messages = [{ id: `wamid.e2e${id}`, from: phone, timestamp, type: 'text', text: { body: text } }]
  const metadata = { display_phone_number: '15550001111', phone_number_id: '100000000000001' }
  const value = { messaging_product: 'whatsapp', metadata, contacts, messages }
  return {
    object: 'whatsapp_business_account',
    entry: [{ id: '200000000000002', changes: [{ field: 'messages', value }] }],
  }
}

/**
 * axe-core on the page as it is; injected past the policy, as a browser extension would be. Notices are left out: one that
 * fades away meanwhile has the contrast of half of it.
 */
async function refuseViolations(page: Page): Promise<void> {
  // What is half faded in has the contrast of half of it.
  const isAtRest = `document.readyState === 'complete' && document.getAnimations().every(({ playState, effect }) =>
    playState !== 'running' || effect?.getComputedTiming().iterations === Infinity)`
  await waitUntil(() => page.evaluate<boolean>(isAtRest))
  const session = await page.context().newCDPSession(page)
  await session.send('Runtime.evaluate', { expression: axe })
  const { result } = await session.send('Runtime.evaluate', {
    expression: `axe.run({ exclude: ['[data-sonner-toaster]'] }, { resultTypes: ['violations'] }).then(({ violations }) => JSON.stringify(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 160)).join(' | '))))`,
    awaitPromise: true,
  })
  const violations = JSON.parse(result.value as string) as string[]
  if (violations.length > 0) throw new Error(`Not accessible:\n${violations.join('\n')}`)
}
