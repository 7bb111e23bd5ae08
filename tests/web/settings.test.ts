import { Person, NotificationPreferences } from '@daguerre/contracts'
import { expect } from 'vitest'
import { api, read } from '../e2e/support/api.ts'
import { signUp } from '../e2e/support/people.ts'
import { fourCorners } from '../e2e/support/photos.ts'
import { problem } from './support/answers.ts'
import { shown, test } from './support/visit.ts'

test('who one is can be changed, and is not left by accident', async ({ visit }) => {
  const louise = await signUp('louise')
  const { page } = await visit({ as: louise, at: '/settings/account' })
  await page.getByLabel('Name', { exact: true }).fill('Louise 🌙 of the Boulevard')
  await page.getByLabel('About you').fill('Silver\non copper')
  await page.getByLabel('Website').fill('example.org/louise')
  await page.getByRole('link', { name: 'Explore' }).click()
  const dialog = page.getByRole('dialog', { name: 'Leave without saving?' })
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('button', { name: 'Save' }).click()
  await shown(page.getByText('Saved.'))
  expect(await read(Person, api(louise).get('/api/v1/users/me'))).toMatchObject({
    displayName: 'Louise 🌙 of the Boulevard',
    bio: 'Silver\non copper',
    website: 'https://example.org/louise',
  })
})

test('a picture of oneself is cut and taken, and taken away', async ({ visit }) => {
  const louise = await signUp('louise')
  const { page } = await visit({ as: louise, at: '/settings/account' })
  await page.getByRole('button', { name: 'Choose a picture' }).click()
  const dialog = page.getByRole('dialog', { name: 'Your picture' })
  const buffer = await fourCorners(800, 600).jpeg().toBuffer()
  const chooser = page.waitForEvent('filechooser')
  await dialog.getByText('Choose a picture').click()
  await (await chooser).setFiles({ name: 'me.jpg', mimeType: 'image/jpeg', buffer })
  await dialog.getByRole('button', { name: 'Save' }).click()
  await shown(page.getByText('Saved.'))
  const { avatar } = await read(Person, api(louise).get('/api/v1/users/me'))
  expect(avatar).toMatchObject({ width: 320, height: 320 })
  await page.getByRole('button', { name: 'Remove it' }).click()
  await shown(page.getByRole('button', { name: 'Choose a picture' }))
  expect((await read(Person, api(louise).get('/api/v1/users/me'))).avatar).toBeNull()
})

test('the password is changed, and a wrong one is said at its field', async ({ visit }) => {
  const louise = await signUp('louise')
  const { page } = await visit({ as: louise, at: '/settings/password', mayFail: [/40[013]/, /422/] })
  const current = page.getByLabel('Current password')
  await current.fill('not this one')
  await page.getByLabel('New password').fill('mercury and iodine')
  await page.getByRole('button', { name: 'Change the password' }).click()
  await shown(page.getByText('This is not your current password.').first())
  await current.fill(louise.password)
  await page.getByRole('button', { name: 'Change the password' }).click()
  await shown(page.getByText('The password is changed. You are signed out everywhere else.'))
  const credentials = { login: louise.username, password: 'mercury and iodine' }
  expect(await api().post('/api/v1/auth/login', credentials)).toMatchObject({ status: 200 })
})

test('a kind of notification is switched off, and back where the server does not take it', async ({ visit }) => {
  const louise = await signUp('louise')
  const { page } = await visit({ as: louise, at: '/settings/notifications', mayFail: [/500/] })
  await page.getByRole('row', { name: 'Likes' }).getByRole('checkbox').first().click()
  await expect
    .poll(async () => {
      const preferences = await read(NotificationPreferences, api(louise).get('/api/v1/notifications/preferences'))
      return preferences.kinds.liked.inApp
    })
    .toBe(false)
  await page.route('**/notifications/preferences', (route) =>
    route.request().method() === 'PATCH' ? route.fulfill(problem(500, 'internal')) : route.fallback(),
  )
  const comments = page.getByRole('row', { name: 'Comments' }).getByRole('checkbox').first()
  await comments.click()
  await shown(page.getByText('Something broke on the server. It is not your fault; try again.'))
  expect(await comments.isChecked()).toBe(true)
})

test('language and appearance are chosen, and stay', async ({ visit }) => {
  const louise = await signUp('louise')
  const { page } = await visit({ as: louise, at: '/settings/language' })
  await page.getByLabel('Deutsch').click()
  await shown(page.getByRole('heading', { level: 1, name: 'Sprache' }))
  await page.goto('/settings/appearance')
  expect(await page.locator('html').getAttribute('lang')).toBe('de')
  const before = await paper()
  await page.getByRole('radio', { name: 'Dunkel Die' }).click()
  await expect.poll(paper).not.toBe(before)
  await page.reload()
  await shown(page.getByRole('radio', { name: 'Dunkel Die' }))
  expect(await paper()).not.toBe(before)

  async function paper(): Promise<string> {
    return await page.locator('html').evaluate((html) => getComputedStyle(html).backgroundColor)
  }
})

test('sessions say where they were last seen, where the server knows it', async ({ visit }) => {
  const louise = await signUp('louise')
  const { page } = await visit({ as: louise, at: '/settings' })
  await page.route('**/api/v1/auth/sessions*', async (route) => {
    const answer = await route.fetch()
    const list = (await answer.json()) as { items: object[] }
    const places = [{ country: 'FR', city: 'Paris' }, null]
    const items = list.items.flatMap((item) => places.map((place, index) => ({ ...item, id: `${index}`, place })))
    await route.fulfill({ response: answer, json: { ...list, items } })
  })
  await page.goto('/settings/sessions')
  await shown(page.getByText('Paris, France'))
  expect(await page.getByText('·').count()).toBe(1)
  await page.goto('/settings/sessions?locale=de')
  await shown(page.getByText('Paris, Frankreich'))
})
