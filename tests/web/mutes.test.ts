import { expect } from 'vitest'
import { follow, signUp } from '../e2e/support/people.ts'
import { publish } from '../e2e/support/posts.ts'
import { shown, test } from './support/visit.ts'

test('somebody is muted on their profile and beside a post, listed, and heard of again', async ({ visit }) => {
  const [louise, nadar] = await Promise.all([signUp('louise'), signUp('nadar')])
  await follow(louise, nadar)
  await publish(nadar, 'Paris from a balloon')
  const { page } = await visit({ as: louise, at: `/@${nadar.username}` })
  const main = page.getByRole('main')
  await main.getByRole('button', { name: 'More' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Mute for a week' }).click()
  await shown(page.getByText(`${nadar.username} is muted.`))
  await shown(main.getByText('muted', { exact: true }))

  await page.goto('/')
  await shown(main.getByRole('heading', { name: 'Nobody’s photographs yet' }))
  await page.goto('/settings/muted')
  await shown(main.getByText(/^Until /))
  await main.getByRole('button', { name: `Mute no longer: ${nadar.username}` }).click()
  await shown(main.getByRole('heading', { name: 'Nobody is muted' }))

  await page.goto('/')
  const article = main.getByRole('article')
  await article.getByRole('button', { name: 'More' }).click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: `Mute ${nadar.username}` })
    .click()
  await article.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Undo' }).click()
  await shown(main.getByText('Paris from a balloon').first())
  expect(await article.count()).toBe(1)
})
