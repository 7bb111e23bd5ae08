import { Post } from '@daguerre/contracts'
import { expect } from 'vitest'
import { api, read } from '../e2e/support/api.ts'
import { signUp } from '../e2e/support/people.ts'
import { fourCorners } from '../e2e/support/photos.ts'
import { allOf, like, publish } from '../e2e/support/posts.ts'
import { shown, test } from './support/visit.ts'
import { expectWhole } from './support/whole.ts'

test('hidden likes are a heart without a number to all but the author, who sees how many and that only they do', async ({
  visit,
}) => {
  const [louise, nadar, fox] = await Promise.all([signUp('louise'), signUp('nadar'), signUp('fox')])
  const post = await publish(louise, 'The bridge')
  await like(fox, post.id)
  const { page: own } = await visit({ as: louise, at: `/p/${post.id}/edit` })
  await own.getByRole('switch', { name: 'Hide likes' }).click()
  await own.getByRole('button', { name: 'Save' }).click()
  await shown(own.getByText('Saved.'))
  expect((await read(Post, api(nadar).get(`/api/v1/posts/${post.id}`))).likesHidden).toBe(true)

  const { page: theirs } = await visit({ as: nadar, at: `/p/${post.id}`, mayFail: [/403/] })
  const main = theirs.getByRole('main')
  const heart = main.getByRole('button', { name: 'Like', exact: true })
  await shown(heart)
  for (const isLiked of [true, false, true]) {
    await heart.click()
    await expect.poll(() => heart.getAttribute('aria-pressed')).toBe(String(isLiked))
    await expect
      .poll(async () => (await read(Post, api(nadar).get(`/api/v1/posts/${post.id}`))).viewer?.liked)
      .toBe(isLiked)
    expect(await main.getByRole('link', { name: /like/ }).count()).toBe(0)
    expect(await main.getByRole('article').textContent()).not.toMatch(/\d like/)
  }
  await expectWhole(theirs, () => shown(theirs.getByText('The bridge').first()))
  await theirs.goto(`/p/${post.id}/likes?locale=en`)
  await shown(theirs.getByRole('heading', { name: 'Only its author sees who likes this post' }))
  // On a profile no number stands beside the heart either, for whom it is not.
  await theirs.goto(`/@${louise.username}?locale=en`)
  const tile = main.getByRole('link', { name: /Four colours/ })
  await shown(tile)
  expect(await tile.textContent()).toBe('0')

  await own.goto(`/p/${post.id}`)
  const count = own.getByRole('link', { name: '2 likes, which only you see' })
  await shown(count)
  await expectWhole(own, () => shown(own.getByText('The bridge').first()))
  await own.goto(`/p/${post.id}?locale=en`)
  await count.click()
  await shown(own.getByText(nadar.username).first())
  await own.goto(`/@${louise.username}`)
  expect(
    await own
      .getByRole('main')
      .getByRole('link', { name: /Four colours/ })
      .textContent(),
  ).toBe('20')
})

test('likes are hidden from the beginning by a switch, which is kept with the draft', async ({ visit }) => {
  const louise = await signUp('louise')
  const { page } = await visit({ as: louise, at: '/new', mayFail: [/404/] })
  await page
    .locator('input[type=file]:not([capture])')
    .first()
    .setInputFiles({ name: 'a.jpg', mimeType: 'image/jpeg', buffer: await fourCorners(320, 240).jpeg().toBuffer() })
  await page.getByLabel('Caption').fill('Quiet')
  const hide = page.getByRole('switch', { name: 'Hide likes' })
  await hide.click()
  await shown(page.getByText('Only you see how many like this post, and who.'))
  await page.reload()
  await expect.poll(() => hide.isChecked()).toBe(true)
  await shown(page.getByRole('main').getByRole('img').first())
  await page.getByRole('button', { name: 'Share' }).click()
  await shown(page.getByText('Your post is out.'))
  await expect
    .poll(() => allOf(Post, louise, `/api/v1/users/${louise.id}/posts`))
    .toMatchObject([{ caption: 'Quiet', likesHidden: true }])
})
