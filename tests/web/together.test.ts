import { expect } from 'vitest'
import { api, done } from '../e2e/support/api.ts'
import { follow, signUp } from '../e2e/support/people.ts'
import { fourCorners } from '../e2e/support/photos.ts'
import { publish } from '../e2e/support/posts.ts'
import { settled } from '../e2e/support/soon.ts'
import { place, shown, test } from './support/visit.ts'

test('two people in two browsers: one posts, likes, follows, and the other sees it as it happens', async ({
  visit,
}) => {
  const [louise, nadar] = await Promise.all([signUp('louise'), signUp('nadar')])
  await follow(louise, nadar)
  const hers = await visit({ as: louise, at: '/' })
  const his = await visit({ as: nadar, at: '/new', phone: true })
  await shown(hers.page.getByRole('heading', { name: 'Nobody’s photographs yet' }))

  const buffer = await fourCorners(320, 240).jpeg().toBuffer()
  for (const caption of ['Paris from a balloon', 'The catacombs']) {
    await his.page.goto('/new')
    await his.page
      .locator('input[type=file]:not([capture])')
      .setInputFiles({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer })
    await his.page.getByLabel('Caption').fill(caption)
    await his.page.getByRole('button', { name: 'Share', exact: true }).click()
    await his.page.waitForURL('/')
    // The first is shown where nothing was, the second waits until it is wanted.
    if (caption === 'Paris from a balloon') await shown(hers.page.getByText(caption))
  }
  const pill = hers.page.getByRole('button', { name: '1 new post' })
  await shown(pill)
  expect(await hers.page.getByText('The catacombs').count()).toBe(0)
  await pill.click()
  const article = hers.page.getByRole('article').filter({ hasText: 'The catacombs' })
  await shown(article)

  await place(his.page, 'Notifications').click()
  await shown(his.page.getByText(`${louise.username} follows you`))
  await article.getByRole('button', { name: 'Like', exact: true }).click()
  await shown(his.page.getByText(`${louise.username} likes your post`))
  await article.getByRole('link', { name: /Comment/ }).click()
  await hers.page.getByLabel('Your comment').fill('How far down does it go?')
  await hers.page.keyboard.press('Control+Enter')
  await his.page.getByRole('link', { name: new RegExp(`${louise.username} commented`) }).click()
  await shown(his.page.getByText('How far down does it go?'))

  // What is on screen goes along.
  await his.page.getByLabel('Your comment').fill('Further than the light')
  await his.page.getByRole('button', { name: 'Send' }).click()
  await place(hers.page, 'Notifications').click()
  await his.page.goto(`/@${louise.username}`)
  await his.page
    .getByRole('main')
    .getByRole('button', { name: /Follow/ })
    .click()
  await shown(hers.page.getByText(`${nadar.username} follows you`))
  await hers.page.goto(`/@${louise.username}`)
  await shown(hers.page.getByRole('link', { name: '1 follower' }))
})

test('what somebody deletes is gone for the other who looks at it', async ({ visit }) => {
  const [louise, nadar] = await Promise.all([signUp('louise'), signUp('nadar')])
  const post = await publish(nadar, 'Not for long')
  const { page } = await visit({ as: louise, at: `/p/${post.id}`, mayFail: [/404/] })
  await shown(page.getByText('Not for long').first())
  await done(api(nadar).delete(`/api/v1/posts/${post.id}`))
  // What counts likes hears of it a moment later.
  await settled(async () => {
    expect(await api(louise).post(`/api/v1/posts/${post.id}/like`)).toMatchObject({ status: 404 })
  })
  await page.getByRole('button', { name: 'Like', exact: true }).first().click()
  await shown(page.getByText('This post is gone').or(page.getByText('This post is gone, or was never there.')).first())
})
