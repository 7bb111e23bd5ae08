import { Person as Profile, Post } from '@daguerre/contracts'
import { expect } from 'vitest'
import { api, read } from '../e2e/support/api.ts'
import { signUp } from '../e2e/support/people.ts'
import { comment, publish } from '../e2e/support/posts.ts'
import { shown, test } from './support/visit.ts'
import { expectWhole } from './support/whole.ts'

test('who may comment and mention is chosen in the settings, and where somebody may not the page says why in place of the field', async ({
  visit,
}) => {
  const [louise, nadar] = await Promise.all([signUp('louise'), signUp('nadar')])
  const post = await publish(louise, 'The bridge')
  await comment(louise, post.id, 'Said before')
  const { page } = await visit({ as: louise, at: '/settings/privacy' })
  await page.getByLabel('Who may comment on your posts').selectOption('followers')
  await shown(page.getByText('Saved.').first())
  await page.getByLabel('Who may mention you').selectOption('nobody')
  await expect
    .poll(async () => (await read(Profile, api(louise).get('/api/v1/users/me'))).speech)
    .toEqual({ commentsBy: 'followers', mentionsBy: 'nobody' })
  await page.reload()
  await expect.poll(() => page.getByLabel('Who may mention you').inputValue()).toBe('nobody')

  const { page: theirs } = await visit({ as: nadar, at: `/p/${post.id}` })
  await shown(theirs.getByText(`Only who follows ${louise.username} comments on this post.`))
  await shown(theirs.getByText('Said before'))
  expect(await theirs.getByLabel('Your comment').count()).toBe(0)
  expect(await theirs.getByRole('button', { name: 'Reply' }).count()).toBe(0)
  await expectWhole(theirs, () => shown(theirs.getByText('Said before')))

  const { page: own } = await visit({ as: louise, at: `/p/${post.id}` })
  await shown(own.getByLabel('Your comment'))
})

test('comments are off for one post by editing it, for its author too, and on again', async ({ visit }) => {
  const [louise, nadar] = await Promise.all([signUp('louise'), signUp('nadar')])
  const post = await publish(louise, 'The bridge')
  const { page } = await visit({ as: louise, at: `/p/${post.id}` })
  await shown(page.getByLabel('Your comment'))
  for (const isOff of [true, false]) {
    await page.goto(`/p/${post.id}/edit`)
    await page.getByRole('switch', { name: 'No comments' }).click()
    await page.getByRole('button', { name: 'Save' }).click()
    if (isOff) await shown(page.getByText('Comments on this post are off.'))
    else await shown(page.getByLabel('Your comment'))
    expect((await read(Post, api(nadar).get(`/api/v1/posts/${post.id}`))).commentsOff ?? false).toBe(isOff)
    const { page: theirs } = await visit({ at: `/p/${post.id}` })
    await shown(isOff ? theirs.getByText('Comments on this post are off.') : theirs.getByText('Sign in to comment'))
  }
})
