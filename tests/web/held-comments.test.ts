import { Comment, HiddenWords } from '@daguerre/contracts'
import { expect } from 'vitest'
import { api, done, read } from '../e2e/support/api.ts'
import { signUp } from '../e2e/support/people.ts'
import { allOf, comment, publish } from '../e2e/support/posts.ts'
import { shown, test } from './support/visit.ts'
import { expectWhole } from './support/whole.ts'

test('somebody is restricted on their profile, notices nothing, and what they say is let through in its place', async ({
  visit,
}) => {
  const [louise, nadar] = await Promise.all([signUp('louise'), signUp('nadar')])
  const post = await publish(louise, 'The bridge')
  const { page } = await visit({ as: louise, at: `/@${nadar.username}` })
  const main = page.getByRole('main')
  await main.getByRole('button', { name: 'More' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Restrict', exact: true }).click()
  await shown(page.getByText(`${nadar.username} is restricted.`))
  await shown(main.getByText('restricted', { exact: true }))

  const { page: theirs } = await visit({ as: nadar, at: `/p/${post.id}` })
  await theirs.getByLabel('Your comment').fill('Splendid!')
  await theirs.getByRole('button', { name: 'Send' }).click()
  // It has arrived.
  await shown(theirs.getByRole('button', { name: 'Reply' }))
  await theirs.reload()
  await shown(theirs.getByText('Splendid!'))
  expect(await theirs.getByText(/held/i).count()).toBe(0)
  const { page: others } = await visit({ at: `/p/${post.id}` })
  await shown(others.getByText('Nobody has said anything yet.'))

  await page.goto(`/p/${post.id}`)
  await shown(main.getByText('Held, as you restrict them'))
  expect(await main.getByRole('button', { name: 'Reply' }).count()).toBe(0)
  await main.getByRole('button', { name: 'Let it through' }).click()
  await shown(main.getByRole('button', { name: 'Reply' }))
  expect(await main.getByText('Held, as you restrict them').count()).toBe(0)
  await others.reload()
  await shown(others.getByText('Splendid!'))

  await page.goto('/settings/restricted')
  await main.getByRole('button', { name: `Restrict no longer: ${nadar.username}` }).click()
  await shown(main.getByRole('heading', { name: 'Nobody is restricted' }))
})

test('words are hidden in the settings, and what they hold is looked at, let through and deleted there', async ({
  visit,
}) => {
  const [louise, nadar] = await Promise.all([signUp('louise'), signUp('nadar')])
  const post = await publish(louise, 'The bridge')
  const { page } = await visit({ as: louise, at: '/settings/hidden-words' })
  const main = page.getByRole('main')
  const field = main.getByLabel('Words and phrases')
  await field.fill(`fine\n${'x'.repeat(61)}`)
  await main.getByRole('button', { name: 'Save' }).click()
  await shown(main.getByText('A line has more than 60 characters.'))
  await field.fill(' Spam \n\nspam\n🍆')
  await main.getByRole('button', { name: 'Save' }).click()
  await shown(page.getByText('Saved.'))
  await expect.poll(() => field.inputValue()).toBe('Spam\n🍆')
  expect(await read(HiddenWords, api(louise).get('/api/v1/users/me/hidden-words'))).toEqual({ words: ['Spam', '🍆'] })

  const kept = await comment(nadar, post.id, 'No spam at all')
  await comment(nadar, post.id, 'So 🍆')
  await page.goto('/settings/held-comments')
  await main.getByRole('listitem').filter({ hasText: 'So 🍆' }).getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('button', { name: 'Delete for good' }).click()
  await main.getByText('So 🍆').waitFor({ state: 'detached' })
  await main.getByRole('button', { name: 'Let it through' }).click()
  await shown(main.getByRole('heading', { name: 'Nothing is held' }))
  expect((await allOf(Comment, undefined, `/api/v1/posts/${post.id}/comments`)).map(({ id }) => id)).toEqual([kept.id])
})

test('a reply that is held is in its thread for whom it waits, and in that of nobody else', async ({ visit }) => {
  const [louise, nadar, fox] = await Promise.all([signUp('louise'), signUp('nadar'), signUp('fox')])
  const post = await publish(louise, 'The bridge')
  const root = await comment(fox, post.id, 'A question')
  await done(api(louise).put(`/api/v1/users/${nadar.id}/restrict`))
  await comment(nadar, post.id, 'An answer', root.id)
  for (const as of [louise, nadar]) {
    const { page } = await visit({ as, at: `/p/${post.id}` })
    await page.getByRole('button', { name: 'Show one reply' }).click()
    await shown(page.getByText('An answer'))
  }
  const { page } = await visit({ as: fox, at: `/p/${post.id}` })
  await shown(page.getByText('A question'))
  expect(await page.getByRole('button', { name: /Show .* repl/ }).count()).toBe(0)
})

test('what is held, beside its post and in the settings, and who is restricted, are whole', async ({ visit }) => {
  const [louise, nadar] = await Promise.all([signUp('louise'), signUp('nadar')])
  const post = await publish(louise, 'The bridge')
  await done(api(louise).put(`/api/v1/users/${nadar.id}/restrict`))
  await comment(
    nadar,
    post.id,
    'Splendid, and so long that it takes more than the one line that a telephone has for it!',
  )
  for (const at of [`/p/${post.id}`, '/settings/held-comments']) {
    const { page } = await visit({ as: louise, at })
    await expectWhole(page, () => shown(page.getByRole('main').getByText(/^Splendid/)))
  }
  const { page } = await visit({ as: louise, at: '/settings/restricted' })
  await expectWhole(page, () => shown(page.getByRole('main').getByText(`@${nadar.username}`)))
  const { page: profile } = await visit({ as: louise, at: `/@${nadar.username}` })
  await expectWhole(profile, () => shown(profile.getByRole('main').locator('h2, h1').first()))
})
