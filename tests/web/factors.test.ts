import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { codeOf, publicOrigin, signUpWithTotp } from '../e2e/support/factors.ts'
import { type Person, signUp } from '../e2e/support/people.ts'
import { complaintsOf } from './support/axe.ts'
import { shown, test } from './support/visit.ts'

/** A device with a fingerprint reader, which says yes. */
async function addAuthenticator(page: Page): Promise<void> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
}

async function typePassword(page: Page, { username, password }: Person): Promise<void> {
  await page.getByLabel('Username or e-mail address').fill(username)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

test('an authenticator app is set up by its key, gives recovery codes, and is asked for at the next sign-in', async ({
  visit,
}) => {
  const louise = await signUp('louise')
  const { page } = await visit({ as: louise, at: '/settings/factors', mayFail: [/422/] })
  await page.getByRole('button', { name: 'Set it up' }).click()
  const dialog = page.getByRole('dialog', { name: 'Authenticator app' })
  await shown(dialog.getByRole('img', { name: 'QR code with the key below' }))
  expect(await complaintsOf(page)).toEqual([])
  const secret = (await dialog.locator('code').innerText()).replaceAll(/\s/g, '')
  await dialog.getByLabel('Code that the app shows').fill('000000')
  await dialog.getByRole('button', { name: 'Go on' }).click()
  await shown(dialog.getByText('This code is not right'))
  await dialog.getByLabel('Code that the app shows').fill(codeOf(secret))
  await dialog.getByRole('button', { name: 'Go on' }).click()
  const kept = page.getByRole('dialog', { name: 'Your recovery codes' })
  await shown(kept.getByRole('listitem').last())
  const codes = await kept.getByRole('listitem').allInnerTexts()
  expect(codes).toHaveLength(10)
  expect(await complaintsOf(page)).toEqual([])
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    kept.getByRole('button', { name: 'Download' }).click(),
  ])
  expect(file.suggestedFilename()).toMatch(/^recovery-codes-.*\.txt$/)
  await kept.getByRole('button', { name: 'I have kept them' }).click()
  await shown(page.getByText('10 are left.'))

  const elsewhere = await visit({ at: '/login', mayFail: [/422/] })
  await typePassword(elsewhere.page, louise)
  await shown(elsewhere.page.getByText('The password is right.'))
  expect(await complaintsOf(elsewhere.page)).toEqual([])
  await elsewhere.page.getByLabel('Code', { exact: true }).fill('000000')
  await elsewhere.page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await shown(elsewhere.page.getByText('This code is not right'))
  await elsewhere.page.getByLabel('Code', { exact: true }).fill(codes[0] ?? '')
  await elsewhere.page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await elsewhere.page.waitForURL('/')
})

test('a passkey is added, opens the account without a password, and is renamed and removed', async ({ visit }) => {
  const louise = await signUp('louise')
  const { page } = await visit({ as: louise, at: '/settings/factors', door: publicOrigin(louise) })
  await addAuthenticator(page)
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  const adding = page.getByRole('dialog', { name: 'Add a passkey' })
  await adding.getByLabel('Name').fill('My phone')
  await adding.getByRole('button', { name: 'Go on' }).click()
  await page.getByRole('button', { name: 'I have kept them' }).click()
  await shown(page.getByText('Not used yet'))

  await page.goto('/settings/sessions')
  await page.getByRole('button', { name: 'Sign out here' }).click()
  await shown(page.getByRole('link', { name: 'Sign in' }).first())
  // What the browser offers where a name is typed, its owner takes at once here.
  await page.goto('/login?next=%2Fsettings%2Fsessions')
  await page.waitForURL('/settings/sessions')
  await page.getByRole('button', { name: 'Sign out here' }).click()
  await shown(page.getByRole('link', { name: 'Sign in' }).first())
  await page.addInitScript(() => {
    PublicKeyCredential.isConditionalMediationAvailable = async () => false
  })
  await page.goto('/login?next=%2Fsettings%2Ffactors')
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await page.waitForURL('/settings/factors')

  await page.getByRole('button', { name: 'Rename My phone' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('The old phone')
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'Remove The old phone' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click()
  await page.getByText('The old phone').waitFor({ state: 'detached' })
})

test('what is dangerous asks again who is there, and goes on where it was', async ({ visit }) => {
  const { person, secret } = await signUpWithTotp('louise')
  const { page } = await visit({ as: person, at: '/settings/factors', mayFail: [/403/] })
  // As when the session is old.
  let isFresh = false
  await page.route('**/api/v1/auth/recovery-codes', (route) =>
    isFresh
      ? route.continue()
      : route.fulfill({
          status: 403,
          headers: { 'content-type': 'application/problem+json' },
          json: { type: 'about:blank', title: 'Forbidden', status: 403, code: 'auth.reauthentication_required' },
        }),
  )
  await page.getByRole('button', { name: 'Make new ones' }).click()
  const asked = page.getByRole('dialog', { name: 'Is it you?' })
  await asked.getByLabel('Code', { exact: true }).fill(codeOf(secret, 1))
  isFresh = true
  await asked.getByRole('button', { name: 'Go on' }).click()
  await shown(page.getByRole('dialog', { name: 'Your recovery codes' }))
  await page.getByRole('button', { name: 'I have kept them' }).click()

  isFresh = false
  await page.getByRole('button', { name: 'Make new ones' }).click()
  await asked.getByRole('button', { name: 'Close' }).click()
  await shown(page.getByText('Confirm that it is you, and try again.'))
})
