import { expect } from 'vitest'
import { linkTo } from '../e2e/support/mail.ts'
import { newAccount, signUp } from '../e2e/support/people.ts'
import { shown, test } from './support/visit.ts'

test('somebody registers, is at home, and comes in again after signing out', async ({ visit }) => {
  const { email, username, password } = newAccount('louise')
  const { page } = await visit({ at: '/register' })
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Username').fill(username)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Create an account' }).click()
  await page.waitForURL('/')
  await shown(page.getByRole('link', { name: 'Profile' }))

  await page.goto('/settings/sessions')
  await page.getByRole('button', { name: 'Sign out here' }).click()
  await shown(page.getByRole('link', { name: 'Sign in' }).first())

  // A page for which one has to be signed in is where one comes to.
  await page.goto('/settings/password')
  await page.getByLabel('Username or e-mail address').fill(username)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL('/settings/password')
})

test('what is missing or wrong is said at its field, before and after it is sent', async ({ visit }) => {
  const louise = await signUp('louise')
  const { page } = await visit({ at: '/register', mayFail: [/409/] })
  await page.getByRole('button', { name: 'Create an account' }).click()
  await shown(page.getByText('Type your e-mail address.'))
  await shown(page.getByText('Choose a username.'))
  await expect.poll(() => page.getByLabel('E-mail address').getAttribute('aria-invalid')).toBe('true')

  await page.getByLabel('E-mail address').fill(`not_${louise.email}`)
  await page.getByLabel('Username').fill(louise.username)
  await page.getByLabel('Password', { exact: true }).fill('seven77')
  await page.getByRole('button', { name: 'Create an account' }).click()
  await shown(page.getByText('At least 8 characters.', { exact: true }))
  await page.getByLabel('Password', { exact: true }).fill('silver on copper')
  await page.getByRole('button', { name: 'Create an account' }).click()
  await shown(page.getByText('This name is taken, or looks too much like one that is.').first())
  expect(await page.getByLabel('Password', { exact: true }).inputValue()).toBe('silver on copper')
})

test('a wrong password is said, and a right one after it lets in', async ({ visit }) => {
  const louise = await signUp('louise')
  const { page } = await visit({ at: '/login', mayFail: [/401/] })
  await page.getByLabel('Username or e-mail address').fill(louise.email)
  await page.getByLabel('Password', { exact: true }).fill('not this one')
  await page.keyboard.press('Enter')
  await shown(page.getByRole('alert').getByText('The name or the password is wrong.'))
  const password = page.getByLabel('Password', { exact: true })
  await password.fill(louise.password)
  await page.getByRole('button', { name: 'Show what is typed' }).click()
  expect(await password.getAttribute('type')).toBe('text')
  await password.press('Enter')
  await page.waitForURL('/')
})

test('a session that was ended elsewhere is begun again where one is, and nothing typed is lost', async ({ visit }) => {
  const louise = await signUp('louise')
  const { page } = await visit({ as: louise, at: '/settings/account', mayFail: [/401/] })
  const about = page.getByLabel('About you')
  await about.fill('Silver on copper, since 1839')

  const elsewhere = await visit({ at: '/login' })
  await elsewhere.page.getByLabel('Username or e-mail address').fill(louise.username)
  await elsewhere.page.getByLabel('Password', { exact: true }).fill(louise.password)
  await elsewhere.page.keyboard.press('Enter')
  await elsewhere.page.waitForURL('/')
  await elsewhere.page.goto('/settings/sessions')
  await elsewhere.page.getByRole('button', { name: 'End all others' }).click()
  await elsewhere.page.getByRole('dialog').getByRole('button', { name: 'End all others' }).click()
  await shown(elsewhere.page.getByText('You are signed in only here now.'))

  await page.getByRole('button', { name: 'Save' }).click()
  const dialog = page.getByRole('dialog', { name: 'Your session has ended' })
  await dialog.getByLabel('Password', { exact: true }).fill(louise.password)
  await dialog.getByRole('button', { name: 'Sign in' }).click()
  await dialog.waitFor({ state: 'detached' })
  expect(await about.inputValue()).toBe('Silver on copper, since 1839')
  await page.getByRole('button', { name: 'Save' }).click()
  await shown(page.getByText('Saved.'))
})

test('too many tries are counted down, and then it can be tried again', async ({ visit }) => {
  const { page } = await visit({ at: '/login', mayFail: [/429/] })
  await page.route('**/api/v1/auth/login', (route) =>
    route.fulfill({
      status: 429,
      headers: { 'retry-after': '20', 'content-type': 'application/problem+json' },
      json: { type: 'about:blank', title: 'Too Many Requests', status: 429, code: 'auth.too_many_attempts' },
    }),
  )
  await page.clock.install()
  await page.getByLabel('Username or e-mail address').fill('louise')
  await page.getByLabel('Password', { exact: true }).fill('not this one')
  await page.keyboard.press('Enter')
  const alert = page.getByRole('alert')
  await shown(alert.getByText('Try again in 20 seconds.'))
  await page.clock.runFor(10_000)
  await shown(alert.getByText(/Try again in (?:9|10) seconds\./))
  await page.clock.runFor(11_000)
  await shown(alert.getByText('You can try again now.'))
})

test('a forgotten password is chosen anew by the link of a mail, which works once', async ({ visit }) => {
  const louise = await signUp('louise')
  const { page } = await visit({ at: '/login', mayFail: [/410/] })
  await page.getByRole('link', { name: 'Forgot your password?' }).click()
  await page.getByRole('button', { name: 'Send the link' }).click()
  await shown(page.getByText('Type your e-mail address.'))
  await page.getByLabel('E-mail address').fill(louise.email)
  await page.getByRole('button', { name: 'Send the link' }).click()
  await shown(page.getByRole('heading', { name: 'Look into your mail' }))

  const { path, token } = await linkTo(louise, 'Choose a new password')
  const link = `${path}?token=${token}`
  await page.goto(link)
  await page.getByLabel('New password', { exact: true }).fill('a mirror with a memory')
  await page.getByRole('button', { name: 'Choose a new password' }).click()
  await page.waitForURL('/login')
  await page.getByLabel('Username or e-mail address').fill(louise.username)
  await page.getByLabel('Password', { exact: true }).fill('a mirror with a memory')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL('/')

  await page.goto(link)
  await page.getByLabel('New password', { exact: true }).fill('another one altogether')
  await page.getByRole('button', { name: 'Choose a new password' }).click()
  await shown(page.getByText('This link was used, has expired, or a newer one was sent.'))
})

test('an address is confirmed by the link of its mail, by hand and once', async ({ visit }) => {
  const louise = await signUp('louise')
  const { path, token } = await linkTo(louise, 'Confirm your e-mail address')
  const { page } = await visit({ as: louise, at: `${path}?token=${token}`, mayFail: [/410/] })
  await page.getByRole('button', { name: 'It is my address' }).click()
  await shown(page.getByRole('heading', { name: 'The address is confirmed' }))
  await page.reload()
  await page.getByRole('button', { name: 'It is my address' }).click()
  await shown(page.getByText('This link was used, has expired, or a newer one was sent.'))
})

test('another address takes the place of the old one when its link has been used', async ({ visit }) => {
  const louise = await signUp('louise')
  const { page } = await visit({ as: louise, at: '/settings/email' })
  await shown(page.getByText('Not confirmed yet'))
  await page.getByRole('button', { name: 'Send the link again' }).click()
  await shown(page.getByText('The link is on its way.'))
  const email = `new_${louise.email}`
  await page.getByLabel('New e-mail address').fill(email)
  await page.getByLabel('Current password').fill(louise.password)
  await page.getByRole('button', { name: 'Send the link', exact: true }).click()
  await shown(page.getByText(`A link is on its way to ${email}.`))
  const { path, token } = await linkTo({ email }, 'Confirm your e-mail address')
  await page.goto(`${path}?token=${token}`)
  await page.getByRole('button', { name: 'It is my address' }).click()
  await shown(page.getByRole('heading', { name: 'The address is confirmed' }))
  await page.goto('/settings/email')
  await shown(page.getByText(email))
  await shown(page.getByText('Confirmed', { exact: true }))
})
