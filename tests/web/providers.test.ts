import { CreatedInvitation, type RegistrationMode } from '@daguerre/contracts'
import pg from 'pg'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { publicOrigin } from '../e2e/support/factors.ts'
import { api, read } from '../e2e/support/api.ts'
import { signUp, unique } from '../e2e/support/people.ts'
import { system } from '../setup/system.ts'
import { complaintsOf, stickingOut } from './support/axe.ts'
import { shown, test } from './support/visit.ts'

/** To the page of the provider itself, which would like letters from far away, and has no picture. */
async function goThere(page: Page): Promise<void> {
  await page.context().route(/^https:\/\/fonts\.|^http:\/\/127\.0\.0\.1:\d+\/favicon\.ico/, (route) => route.fulfill())
  await page.getByRole('button', { name: 'Continue with Example' }).click()
}

/** Any name is one that it knows. */
async function signInThere(page: Page, login: string): Promise<void> {
  await page.getByPlaceholder('Enter any login').fill(login)
  await page.getByPlaceholder('and password').fill('any')
  await page.getByRole('button', { name: 'Sign-in' }).click()
}

/** As of a place with another rule than that of the tests' system. */
async function ruleIs(page: Page, mode: RegistrationMode): Promise<void> {
  await page.route('**/api/v1/auth/registration', (route) => route.fulfill({ json: { mode, membersInvite: false } }))
}

/** Which cannot be looked at anew: what was brought works once. */
async function expectWholeAsItIs(page: Page): Promise<void> {
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: 800 })
    expect([...(await stickingOut(page)), ...(await complaintsOf(page))]).toEqual([])
  }
}

/** As if they had signed in eleven minutes ago. */
async function ageSessions(username: string): Promise<void> {
  const client = new pg.Client({ connectionString: system.database('auth') })
  await client.connect()
  const aged = `update session set fresh_until = fresh_until - interval '11 minutes'
    where account_id = (select id from account where username = $1)`
  await client.query(aged, [username])
  await client.end()
}

test('somebody signs in at a provider, chooses a username, and comes back by it, to where they were going', async ({
  visit,
}) => {
  const door = publicOrigin(await signUp())
  const login = `elsewhere_${unique()}`
  const { page } = await visit({ door, at: '/login?next=%2Fsettings%2Fsessions', mayFail: [/409/] })
  await goThere(page)
  await signInThere(page, login)
  await shown(page.getByRole('heading', { name: 'Choose your username' }))
  expect(await page.getByLabel('Username').inputValue()).toBe(login)
  await shown(page.getByText('It is confirmed already.'))
  expect(await complaintsOf(page)).toEqual([])
  const other = await signUp('louise')
  await page.getByLabel('Username').fill(other.username)
  await page.getByRole('button', { name: 'Create an account' }).click()
  await shown(page.getByText('This name is taken'))
  await page.getByLabel('Username').fill(login)
  await page.getByRole('button', { name: 'Create an account' }).click()
  await page.waitForURL('/settings/sessions')
  await page.getByRole('button', { name: 'Sign out here' }).click()
  await shown(page.getByRole('link', { name: 'Sign in' }).first())

  // It still knows who they are, and asks nothing.
  await page.goto('/register')
  await goThere(page)
  await page.waitForURL('/')
  await page.goto('/settings/email')
  await shown(page.getByText(`${login}@example.org`))
})

test('who has no password says by the provider who they are, chooses one, and links and unlinks', async ({ visit }) => {
  const door = publicOrigin(await signUp())
  const login = `elsewhere_${unique()}`
  const { page } = await visit({ door, at: '/register', mayFail: [/403/, /409/] })
  await goThere(page)
  await signInThere(page, login)
  await page.getByRole('button', { name: 'Create an account' }).click()
  await page.waitForURL('/')
  await page.goto('/settings/factors')
  await shown(page.getByText(`${login}@example.org`))
  expect(await complaintsOf(page)).toEqual([])
  await page.getByRole('button', { name: 'Remove Example' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await shown(page.getByText('Nothing else would open your account.'))

  await ageSessions(login)
  await page.goto('/settings/password')
  await page.getByLabel('New password').fill('silver-on-copper-1839')
  await page.getByRole('button', { name: 'Choose this password' }).click()
  const dialog = page.getByRole('dialog', { name: 'Is it you?' })
  await shown(dialog.getByRole('button', { name: 'Continue with Example' }))
  expect(await dialog.getByLabel('Password').count()).toBe(0)
  expect(await complaintsOf(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Continue with Example' }).click()
  await signInThere(page, login)
  await page.waitForURL('/settings/password')
  await shown(page.getByText('It is you.'))
  await page.getByLabel('New password').fill('silver-on-copper-1839')
  await page.getByRole('button', { name: 'Choose this password' }).click()
  await shown(page.getByLabel('Current password'))

  await page.goto('/settings/factors')
  await page.getByRole('button', { name: 'Remove Example' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await page.getByText(`${login}@example.org`).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Link Example' }).click()
  await page.waitForURL('/settings/factors')
  await shown(page.getByText('Example opens your account now.'))
  await shown(page.getByText(`${login}@example.org`))
})

test('who does not sign in there, and who opens the address of another, is told so and can begin again', async ({
  visit,
}) => {
  const door = publicOrigin(await signUp())
  const { page } = await visit({ door, at: '/login', mayFail: [/410/] })
  await goThere(page)
  await page.getByRole('link', { name: /Cancel/i }).click()
  await shown(page.getByRole('heading', { name: 'You are not signed in' }))
  await shown(page.getByText('You have not signed in at Example.'))
  expect(await complaintsOf(page)).toEqual([])
  await page.goto('/sign-in/example?state=dgr_pv_of_another&code=12345678901234567890')
  await shown(page.getByText('was begun in another browser'))
  expect(await complaintsOf(page)).toEqual([])
  await page.locator('#main').getByRole('link', { name: 'Sign in' }).click()
  await page.waitForURL('/login')
})

test('by invitation who comes from a provider has the code of their link there, and needs one that is good', async ({
  visit,
}) => {
  const inviter = await signUp('inviter')
  const door = publicOrigin(inviter)
  const invited = { note: '', mostUses: 1, expiresInDays: 7 }
  const { url } = await read(CreatedInvitation, api(inviter).post('/api/v1/auth/invitations', invited), 201)
  const { pathname, search, searchParams } = new URL(url)
  const { page } = await visit({ door, at: '/login', mayFail: [/410/] })
  await ruleIs(page, 'invitation')
  await page.goto(`${pathname}${search}`)
  await shown(page.getByText('You are invited.'))
  await goThere(page)
  await signInThere(page, `elsewhere_${unique()}`)
  const code = page.getByLabel('Code of your invitation')
  await shown(code)
  expect(await code.inputValue()).toBe(searchParams.get('invitation'))
  await expectWholeAsItIs(page)
  const register = page.getByRole('button', { name: 'Create an account' })
  await code.fill('')
  await register.click()
  await shown(page.getByText('Type the code, or open the link that you were given.'))
  await code.fill('dgr_iv_nothing')
  await register.click()
  await shown(page.getByRole('alert').getByText('This invitation was used, has expired, or was taken back.'))
  await code.fill(searchParams.get('invitation') ?? '')
  await register.click()
  await page.waitForURL('/')
})

test('by approval who comes from a provider says why, and learns what they wait for', async ({ visit }) => {
  const door = publicOrigin(await signUp())
  const { page } = await visit({ door, at: '/login' })
  await ruleIs(page, 'approval')
  await page.goto('/register')
  await goThere(page)
  await signInThere(page, `elsewhere_${unique()}`)
  await shown(page.getByText('Moderators look at who wants to join, and let you in.'))
  const why = page.getByLabel('Why do you want to join? (optional)')
  await expectWholeAsItIs(page)
  const register = page.getByRole('button', { name: 'Create an account' })
  await why.fill('x'.repeat(501))
  await register.click()
  await shown(page.getByText('At most 500 characters.'))
  await why.fill('I take photographs')
  await page.route('**/api/v1/auth/register/provider', (route) =>
    route.fulfill({ status: 202, json: { waitsFor: ['approval'] } }),
  )
  const sent = page.waitForRequest('**/api/v1/auth/register/provider')
  await register.click()
  expect((await sent).postDataJSON()).toMatchObject({ application: 'I take photographs' })
  await shown(page.getByRole('heading', { name: 'You are nearly there' }))
  await expect.poll(() => page.getByRole('heading', { name: 'Choose your username' }).count()).toBe(0)
  await expectWholeAsItIs(page)
})
