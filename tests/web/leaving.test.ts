import { expect } from 'vitest'
import { api } from '../e2e/support/api.ts'
import { signUp } from '../e2e/support/people.ts'
import { publish } from '../e2e/support/posts.ts'
import { settled } from '../e2e/support/soon.ts'
import { shown, test } from './support/visit.ts'

test('somebody deletes their account, is signed out, and takes it back by signing in', async ({ visit }) => {
  const louise = await signUp('louise')
  const post = await publish(louise)
  const { page } = await visit({
    ...{ at: '/settings/leaving', as: louise },
    // What is asked for just when the session has ended.
    mayFail: [/401/],
  })
  await page.getByRole('button', { name: 'Delete my account' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete my account' }).click()
  await shown(page.getByText(/Your account is deleted on/))
  await shown(page.getByRole('link', { name: 'Sign in' }).first())
  expect((await api(louise).get('/api/v1/auth/me')).status).toBe(401)

  await page.goto('/login')
  await page.getByLabel('Username or e-mail address').fill(louise.username)
  await page.getByLabel('Password', { exact: true }).fill(louise.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL('/settings/leaving')
  await shown(page.getByText(/Until then nobody sees you/))
  await page.getByRole('button', { name: 'Keep my account' }).click()
  await shown(page.getByText('You stay. Everything is there again.'))
  await shown(page.getByRole('button', { name: 'Delete my account' }))
  await settled(async () => expect((await api().get(`/api/v1/posts/${post.id}`)).status).toBe(200))
  await page.goto(`/p/${post.id}`)
  await shown(page.getByText(louise.username).first())
})
