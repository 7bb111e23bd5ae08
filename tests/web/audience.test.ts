import { type Audience, Post } from '@daguerre/contracts'
import { expect } from 'vitest'
import { api, done, read } from '../e2e/support/api.ts'
import { follow, type Person, signUp } from '../e2e/support/people.ts'
import { fourCorners, readyPhoto } from '../e2e/support/photos.ts'
import { allOf, published, publish } from '../e2e/support/posts.ts'
import { shown, test } from './support/visit.ts'
import { expectWhole } from './support/whole.ts'

async function audienceOf(person: Person, postId: string): Promise<Audience> {
  return (await read(Post, api(person).get(`/api/v1/posts/${postId}`))).audience
}

test('whom a post is for is chosen, kept with the draft, shown, and changed', async ({ visit }) => {
  const [louise, nadar, fox] = await Promise.all([signUp('louise'), signUp('nadar'), signUp('fox')])
  await Promise.all([follow(nadar, louise), done(api(louise).put(`/api/v1/users/me/close-friends/${fox.id}`))])
  const { page } = await visit({ as: louise, at: '/new', mayFail: [/404/] })
  const main = page.getByRole('main')
  await page
    .locator('input[type=file]:not([capture])')
    .first()
    .setInputFiles({ name: 'a.jpg', mimeType: 'image/jpeg', buffer: await fourCorners(320, 240).jpeg().toBuffer() })
  await page.getByLabel('Caption').fill('For a few')
  const choice = main.getByLabel('Who sees it')
  expect(await choice.inputValue()).toBe('public')
  await choice.selectOption('Close friends')
  const noComments = main.getByRole('switch', { name: 'No comments' })
  await noComments.click()
  await shown(main.getByText('Whoever is on your list, now or later.'))
  await page.reload()
  await expect.poll(() => choice.inputValue()).toBe('close_friends')
  expect(await noComments.isChecked()).toBe(true)
  await shown(main.getByText('a.jpg').or(main.getByRole('img')).first())
  await page.getByRole('button', { name: 'Share' }).click()
  await shown(page.getByText('Your post is out.'))
  await expect.poll(() => allOf(Post, louise, `/api/v1/users/${louise.id}/posts`)).toHaveLength(1)
  const [posted] = await allOf(Post, louise, `/api/v1/users/${louise.id}/posts`)
  const post = await published(louise, posted!.id)
  expect(post).toMatchObject({ audience: 'close_friends', commentsOff: true })
  await shown(main.getByRole('article').getByText('Close friends', { exact: true }))
  await page.goto(`/@${louise.username}`)
  await shown(main.getByRole('link', { name: /For a few, Close friends$/ }))
  await expectWhole(page, () => shown(main.locator('a img').first()))

  const theirs = await Promise.all([nadar, fox].map((as) => visit({ as, at: `/p/${post.id}`, mayFail: [/404/] })))
  await shown(theirs[0]!.page.getByRole('heading', { name: 'This post is gone' }))
  await shown(theirs[1]!.page.getByText('For a few').first())

  await page.goto(`/p/${post.id}/edit?locale=en`)
  expect(await choice.inputValue()).toBe('close_friends')
  await choice.selectOption('Only you')
  await main.getByRole('button', { name: 'Save' }).click()
  await shown(page.getByText('Saved.'))
  expect(await audienceOf(louise, post.id)).toBe('only_me')
  await page.goto(`/p/${post.id}`)
  await shown(main.getByText('Only you', { exact: true }))
  await expectWhole(page, () => shown(main.locator('img').first()))
})

test('an audience that was narrowed elsewhere meanwhile is not undone by accident, and told where both changed it', async ({
  visit,
}) => {
  const louise = await signUp('louise')
  const post = await publish(louise, 'The bridge')
  const { page } = await visit({ as: louise, at: `/p/${post.id}/edit`, mayFail: [/40[49]/] })
  const [caption, choice] = [page.getByLabel('Caption'), page.getByLabel('Who sees it')]
  await caption.fill('The bridge at noon')
  await read(Post, api(louise).patch(`/api/v1/posts/${post.id}`, { audience: 'close_friends' }))
  await page.getByRole('button', { name: 'Save' }).click()
  await shown(page.getByText('Saved.'))
  const saved = await read(Post, api(louise).get(`/api/v1/posts/${post.id}`))
  expect(saved).toMatchObject({ caption: 'The bridge at noon', audience: 'close_friends' })

  await page.goto(`/p/${post.id}/edit`)
  await caption.fill('The bridge by night')
  await choice.selectOption('Followers')
  await read(Post, api(louise).patch(`/api/v1/posts/${post.id}`, { caption: 'A bridge', audience: 'only_me' }))
  await page.getByRole('button', { name: 'Save' }).click()
  await shown(page.getByText(/^You changed this elsewhere/))
  expect(await audienceOf(louise, post.id)).toBe('only_me')
  await page.getByRole('button', { name: 'Take this' }).last().click()
  expect(await choice.inputValue()).toBe('only_me')
  await page.getByRole('button', { name: 'Save what I have here' }).click()
  await shown(page.getByText('The bridge by night').first())
  expect(await audienceOf(louise, post.id)).toBe('only_me')
})

test('a picture whose grant is over is asked for again, and shown', async ({ visit }) => {
  const [louise, nadar] = [await signUp('louise'), await signUp('nadar')]
  await follow(nadar, louise)
  const media = [{ mediaId: (await readyPhoto(louise)).id, altText: 'The plate' }]
  const body = { caption: '', media, audience: 'followers' }
  const post = await read(Post, api(louise).post('/api/v1/posts', body), 201)
  const { page, context } = await visit({ as: nadar, at: '/notifications', mayFail: [/404/] })
  // As a page that was loaded long ago has it.
  let isOld = true
  await context.route(`**/api/v1/posts/${post.id}`, async (route) => {
    const response = await route.fetch()
    const text = await response.text()
    await route.fulfill({ response, body: isOld ? text.replaceAll(/(grant=.{20})./g, '$1_') : text })
    isOld = false
  })
  await page.goto(`/p/${post.id}`)
  const picture = page.locator('img[src*="?grant="]').first()
  await expect
    .poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth), { timeout: 15_000 })
    .toBeGreaterThan(1)
  expect(await picture.getAttribute('alt')).toBe('The plate')
  expect(isOld).toBe(false)
})
