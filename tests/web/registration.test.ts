import type { RegistrationMode } from '@daguerre/contracts'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { newAccount, signUp } from '../e2e/support/people.ts'
import { applicant, signUpAs } from '../e2e/support/roles.ts'
import { complaintsOf } from './support/axe.ts'
import { problem } from './support/answers.ts'
import { shown, test, type VisitOptions } from './support/visit.ts'
import { expectWhole } from './support/whole.ts'

type Visited = (options?: VisitOptions) => Promise<{ page: Page }>

/** A page of a place with another rule than that of the tests' system. */
async function visitBy(visit: Visited, mode: RegistrationMode, at: string, mayFail: RegExp[] = []): Promise<Page> {
  const { page } = await visit({ at: '/login', mayFail })
  await page.route('**/api/v1/auth/registration', (route) => route.fulfill({ json: { mode, membersInvite: false } }))
  await page.goto(at)
  return page
}

async function fill(page: Page): Promise<ReturnType<typeof newAccount>> {
  const account = newAccount('louise')
  // Exactly: the page before, which may still be there, has a field for either.
  await page.getByLabel('E-mail address', { exact: true }).fill(account.email)
  await page.getByLabel('Username', { exact: true }).fill(account.username)
  await page.getByLabel('Password', { exact: true }).fill(account.password)
  return account
}

test('an invitation is made in the settings, and its link leads somebody in', async ({ visit }) => {
  const { page } = await visit({ as: await signUp('inviter'), at: '/settings' })
  await page.getByRole('link', { name: 'Invitations' }).click()
  await page.getByLabel('Note').fill('For Félix')
  await page.getByLabel('For how many people').fill('none')
  await page.getByRole('button', { name: 'Make an invitation' }).click()
  await shown(page.getByText('A number from 1 to 1,000.'))
  await page.getByLabel('For how many people').fill('2')
  await page.getByRole('button', { name: 'Make an invitation' }).click()
  const dialog = page.getByRole('dialog', { name: 'The invitation is made' })
  await shown(dialog)
  expect(await complaintsOf(page)).toEqual([])
  const { pathname, search } = new URL(await dialog.getByLabel('Link').inputValue())
  await dialog.getByRole('button', { name: 'I have it' }).click()
  await shown(page.getByText('Used 0 of 2 times'))

  const guest = await visitBy(visit, 'invitation', `${pathname}${search}`)
  await shown(guest.getByText('You are invited.'))
  await fill(guest)
  await guest.getByRole('button', { name: 'Create an account' }).click()
  await guest.waitForURL('/')
  await page.reload()
  await shown(page.getByText('Used 1 of 2 times'))
  await expectWhole(page, () => shown(page.getByText('For Félix')))
  await page.goto('/settings/invitations?locale=en')
  await page.getByRole('button', { name: 'Take back: For Félix' }).click()
  await page.getByText('For Félix').waitFor({ state: 'detached' })
})

test('by invitation there is no form without a code; one that is void is said to be', async ({ visit }) => {
  const page = await visitBy(visit, 'invitation', '/register', [/410/])
  await shown(page.getByRole('heading', { name: 'By invitation' }))
  expect(await page.getByLabel('E-mail address').count()).toBe(0)
  await expectWhole(page, () => shown(page.getByRole('main').getByRole('textbox')))
  await page.goto('/register?locale=en')
  await page.getByRole('button', { name: 'Go on' }).click()
  await shown(page.getByText('Type the code, or open the link that you were given.'))
  await page.getByLabel('Code of your invitation').fill('dgr_iv_nothing')
  await page.getByRole('button', { name: 'Go on' }).click()
  await fill(page)
  await page.getByRole('button', { name: 'Create an account' }).click()
  await shown(page.getByRole('alert').getByText('This invitation was used, has expired, or was taken back.'))
})

test('the link for the first admin leads to the form also where accounts are made by invitation', async ({ visit }) => {
  const page = await visitBy(visit, 'invitation', '/first-admin?token=dgr_fa_x')
  await page.waitForURL(/login/)
  await page.getByRole('main').getByRole('link', { name: 'Create an account' }).click()
  const sent = page.waitForRequest('**/api/v1/auth/register')
  await page.route('**/api/v1/auth/register', (route) =>
    route.fulfill({ status: 202, json: { waitsFor: ['approval'] } }),
  )
  await fill(page)
  await page.getByRole('button', { name: 'Create an account' }).click()
  expect((await sent).postDataJSON()).toMatchObject({ invitation: 'dgr_fa_x' })
})

test('by approval somebody says why, learns what they wait for, and what a sign-in says until then', async ({
  visit,
}) => {
  const page = await visitBy(visit, 'approval', '/register', [/403/])
  await shown(page.getByText('Moderators look at who wants to join, and let you in.'))
  const why = page.getByLabel('Why do you want to join? (optional)')
  await expectWhole(page, () => shown(page.getByRole('main').locator('textarea')))
  await page.goto('/register?locale=en')
  await page.route('**/api/v1/auth/register', (route) =>
    route.fulfill({ status: 202, json: { waitsFor: ['address', 'approval'] } }),
  )
  await fill(page)
  await why.fill('x'.repeat(501))
  await page.getByRole('button', { name: 'Create an account' }).click()
  await shown(page.getByText('At most 500 characters.'))
  const sent = page.waitForRequest('**/api/v1/auth/register')
  await why.fill('I take photographs')
  await page.getByRole('button', { name: 'Create an account' }).click()
  expect((await sent).postDataJSON()).toMatchObject({ application: 'I take photographs' })
  await shown(page.getByRole('heading', { name: 'You are nearly there' }))
  await shown(page.getByText('Open the link that was sent to your address.'))
  expect(await complaintsOf(page)).toEqual([])

  await page.goto('/login')
  await page.route('**/api/v1/auth/login', (route) => route.fulfill(problem(403, 'auth.approval_pending')))
  await page.getByLabel('Username or e-mail address').fill('louise')
  await page.getByLabel('Password', { exact: true }).fill('silver on copper')
  await page.keyboard.press('Enter')
  await shown(page.getByRole('alert').getByText('Your account waits'))
})

test('a moderator lets somebody in, and declines another with a reason', async ({ visit }) => {
  const [moderator, one, other] = [await signUpAs('moderator'), await applicant('From the club'), await applicant()]
  const { page } = await visit({ as: moderator, at: '/moderation' })
  await page.getByRole('link', { name: 'Registrations' }).click()
  await shown(page.getByText('From the club').first())
  await expectWhole(page, () => shown(page.getByText(one.username, { exact: true })))
  await page.goto('/moderation?tab=registrations&locale=en')
  await page.getByRole('button', { name: `Let ${one.username} in` }).click()
  await shown(page.getByText(`${one.username} has an account now.`))
  await page.getByRole('button', { name: `Decline ${other.username}` }).click()
  const dialog = page.getByRole('dialog', { name: `Decline ${other.username}` })
  await dialog.getByRole('button', { name: 'Decline', exact: true }).click()
  await shown(dialog.getByText('Type 1 to 500 characters.'))
  await dialog.getByLabel('Reason').fill('Not from the club')
  expect(await complaintsOf(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Decline', exact: true }).click()
  await shown(page.getByText(`${other.username} was declined.`))
  await page.getByText(other.username, { exact: true }).waitFor({ state: 'detached' })
})
