import type { Page } from 'playwright-core'
import { totpAt, totpStepOf } from '../backend/platform/totp.ts'
import { waitUntil, type House } from './house.ts'

const email = 'olga@example.com'
const newPassword = 'seven slow trains at dusk'

/** The link stands in the log, since this house has no mail server. */
export async function resetPasswordByLink(page: Page, house: House): Promise<void> {
  await page.context().clearCookies()
  await page.goto(`${house.url}/sign-in`)
  await page.getByRole('link', { name: 'Forgot your password?' }).click()
  await page.getByLabel('E-mail').fill(email)
  await page.getByRole('button', { name: 'Send the link' }).click()
  await page.getByText('Look into your mailbox').waitFor()
  const link = () => /\/reset-password#[\w-]+/.exec(house.log())?.[0]
  await waitUntil(async () => link() !== undefined, 15)
  await page.goto(house.url + link()!)
  await page.getByText(`For ${email}`).waitFor()
  await page.getByLabel('New password').fill(newPassword)
  await page.getByRole('button', { name: 'Set the password' }).click()
  await page.getByText('Your new password is set').waitFor()
  await page.getByRole('link', { name: 'Sign in' }).click()
  await enterPassword(page)
  await page.waitForURL('**/inbox**')
}

async function enterPassword(page: Page): Promise<void> {
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(newPassword)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

/** Answers the secret that an authenticator app would have scanned. */
export async function setUpSecondFactor(page: Page, house: House): Promise<string> {
  await page.goto(`${house.url}/settings/profile`)
  await page.getByRole('button', { name: 'Set it up' }).click()
  await page.getByLabel('Your password').fill(newPassword)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('img', { name: /^Picture to scan/ }).waitFor()
  const secret = await page.getByLabel('Key for the authenticator app', { exact: true }).inputValue()
  await page.getByLabel('Code the app shows').fill(codeOf(secret))
  await page.getByRole('button', { name: 'Turn it on' }).click()
  await page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem').first().waitFor()
  await page.getByRole('button', { name: 'I have kept them' }).click()
  await page.getByText('10 recovery codes are left').waitFor()
  return secret
}

/** The code of the step after: the one of now was used to set it up. */
const codeOf = (secret: string, later = 0) => totpAt(secret, totpStepOf(new Date()) + later)

export async function signInWithCode(page: Page, house: House, secret: string): Promise<void> {
  await page.goto(`${house.url}/sign-in`)
  await enterPassword(page)
  await page.getByLabel('Code').fill('000000')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('alert').waitFor()
  await page.getByLabel('Code').fill(codeOf(secret, 1))
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.waitForURL('**/inbox**')
}

/** The other browser is thrown out while it looks at its inbox. */
export async function signOtherOut(page: Page, other: Page, house: House): Promise<void> {
  await page.goto(`${house.url}/settings/profile`)
  const devices = page.getByRole('list', { name: 'Devices' })
  await devices.getByRole('listitem').nth(1).waitFor()
  await devices.getByRole('button', { name: /^Sign out/ }).click()
  await waitUntil(async () => (await devices.getByRole('listitem').count()) === 1, 15)
  await other.waitForURL('**/sign-in**', { timeout: 20_000 })
}

export async function readAuditLog(page: Page, house: House): Promise<void> {
  await page.goto(`${house.url}/settings/audit`)
  const happened = page.getByRole('list', { name: 'What happened' })
  for (const sentence of [
    /set a new password with a link/,
    /turned the second factor on/,
    /gave a wrong code/,
    /signed 1 other device out/,
  ])
    await happened.getByText(sentence).first().waitFor()
  await page.getByLabel('What', { exact: true }).selectOption('two_factor.enabled')
  await waitUntil(async () => (await happened.getByRole('listitem').count()) === 1, 15)
}
