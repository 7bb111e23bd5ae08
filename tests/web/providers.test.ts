import pg from 'pg'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { publicOrigin } from '../e2e/support/factors.ts'
import { signUp, unique } from '../e2e/support/people.ts'
import { system } from '../setup/system.ts'
import { complaintsOf } from './support/axe.ts'
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
