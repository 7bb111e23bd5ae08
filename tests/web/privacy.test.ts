import { noRelation, Person as Profile, PersonInList } from '@daguerre/contracts'
import { expect } from 'vitest'
import { api, done, read } from '../e2e/support/api.ts'
import { follow, type Person, signUp, unfollow } from '../e2e/support/people.ts'
import { allOf, publish } from '../e2e/support/posts.ts'
import { settled } from '../e2e/support/soon.ts'
import { problem } from './support/answers.ts'
import { shown, test } from './support/visit.ts'
import { expectWhole } from './support/whole.ts'

async function goPrivate(person: Person): Promise<void> {
  await read(Profile, api(person).patch('/api/v1/users/me', { private: true }))
}

async function relation(viewer: Person, other: Person) {
  return (await read(Profile, api(viewer).get(`/api/v1/users/${other.id}`))).viewer
}

test('a private account is asked, the request taken back and made again, found, accepted, and ended', async ({
  visit,
}) => {
  const [louise, nadar] = await Promise.all([signUp('louise'), signUp('nadar')])
  await publish(louise, 'At home, by the window')
  const own = (await visit({ as: louise, at: '/settings/privacy' })).page
  await shown(own.getByText(/^Everybody sees your posts/))
  await own.getByRole('switch', { name: 'Private account' }).click()
  await shown(own.getByText(/^Your followers alone see your posts/))
  await expect.poll(async () => (await read(Profile, api(louise).get('/api/v1/users/me'))).private).toBe(true)

  const { page } = await visit({ as: nadar, at: `/@${louise.username}` })
  const main = page.getByRole('main')
  await shown(main.getByRole('heading', { name: 'This account is private' }))
  await shown(main.getByText('Private account', { exact: true }))
  expect(await main.getByRole('img').count()).toBe(0)
  const button = main.getByRole('button', { name: new RegExp(`(Follow|Requested) ${louise.username}`) })
  await button.click()
  await shown(main.getByText(/^You have asked to follow/))
  expect(await button.textContent()).toBe('Requested')
  await button.click()
  await shown(main.getByText(/^Who follows .* sees the photographs/))
  await expect.poll(async () => (await relation(nadar, louise))?.requested).toBe(false)
  await button.click()
  await expect.poll(async () => (await relation(nadar, louise))?.requested).toBe(true)
  await page.goto(`/@${louise.username}/followers`)
  await shown(main.getByRole('heading', { name: 'This account is private' }))

  await own.goto('/notifications')
  await own.getByRole('link', { name: '1 person asks to follow you' }).click()
  await own.getByRole('button', { name: `Accept: ${nadar.username}` }).click()
  await shown(own.getByText(`${nadar.username} follows you now.`))
  await shown(own.getByRole('heading', { name: 'Nobody asks to follow you' }))
  await page.goto(`/@${louise.username}`)
  await shown(main.getByRole('link', { name: /Four colours/ }))
  const following = main.getByRole('button', { name: `Following ${louise.username}` })
  await following.click()
  const question = page.getByRole('dialog', { name: `Unfollow ${louise.username}?` })
  await question.getByRole('button', { name: 'Cancel' }).click()
  await question.waitFor({ state: 'detached' })
  await shown(following)
  expect(await relation(nadar, louise)).toMatchObject({ following: true })

  await own.goto(`/@${nadar.username}`)
  await shown(own.getByText('follows you', { exact: true }))
  await own.getByRole('main').getByRole('button', { name: 'More' }).click()
  await own.getByRole('dialog').getByRole('button', { name: 'Remove as a follower' }).click()
  await shown(own.getByRole('dialog').getByText(/may ask to follow you again/))
  await own.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click()
  await own.getByText('follows you', { exact: true }).waitFor({ state: 'detached' })
  // Where nothing is remembered of what was shown.
  const again = await visit({ as: nadar, at: `/@${louise.username}` })
  await shown(again.page.getByRole('heading', { name: 'This account is private' }))
  expect(await relation(nadar, louise)).toMatchObject({ following: false })
})

test('who opens the account is asked first, and then whoever has asked follows', async ({ visit }) => {
  const [louise, nadar] = await Promise.all([signUp('louise'), signUp('nadar')])
  await goPrivate(louise)
  await follow(nadar, louise)
  const { page } = await visit({ as: louise, at: '/settings/privacy' })
  const isPrivate = page.getByRole('switch', { name: 'Private account' })
  await isPrivate.click()
  await page.getByRole('dialog', { name: 'Open your account?' }).getByRole('button', { name: 'Cancel' }).click()
  expect(await isPrivate.isChecked()).toBe(true)
  await isPrivate.click()
  await page.getByRole('dialog').getByRole('button', { name: 'Open it, and accept all requests' }).click()
  await shown(page.getByText(/^Everybody sees your posts/))
  await settled(async () => expect(await relation(nadar, louise)).toMatchObject({ following: true, requested: false }))
})

test('whether the account is private is as it was where the server does not take a change', async ({ visit }) => {
  const louise = await signUp('louise')
  const { page } = await visit({ as: louise, at: '/settings/privacy', mayFail: [/500/] })
  await page.route('**/users/me', (route) =>
    route.request().method() === 'PATCH' ? route.fulfill(problem(500, 'internal')) : route.fallback(),
  )
  const isPrivate = page.getByRole('switch', { name: 'Private account' })
  await isPrivate.click()
  await shown(page.getByText('Something broke on the server. It is not your fault; try again.'))
  await expect.poll(() => isPrivate.isChecked()).toBe(false)
})

test('requests come page by page, one that was taken back goes, and a page that fails is asked for again', async ({
  visit,
}) => {
  const louise = await signUp('louise')
  await goPrivate(louise)
  let isAway = true
  const { page } = await visit({ as: louise, at: '/settings/requests', mayFail: [/404/, /503/] })
  await page.route('**/users/me/follow-requests?*', (route) => {
    const isSecond = new URL(route.request().url()).searchParams.get('cursor') === 'second'
    if (isSecond && isAway) return route.fulfill(problem(503, 'away'))
    const items = Array.from({ length: isSecond ? 3 : 50 }, (_, at) => asker(isSecond ? 50 + at : at))
    return route.fulfill({ json: { items, nextCursor: isSecond ? null : 'second' } })
  })
  await page.reload()
  const rows = page.getByRole('main').getByRole('listitem').filter({ hasText: '@asker' })
  await rows.last().scrollIntoViewIfNeeded()
  await shown(page.getByRole('alert').getByText('The server is busy at the moment.'))
  expect(await rows.count()).toBe(50)
  isAway = false
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect.poll(() => rows.count()).toBe(53)
  // Nobody of whom the server knows.
  await page.getByRole('button', { name: 'Decline: Asker 51', exact: true }).click()
  await shown(page.getByText('Asker 51 does not ask any more.'))
  expect(await rows.count()).toBe(52)
  await page.goto('/notifications')
  await shown(page.getByRole('link', { name: 'More than 50 people ask to follow you' }))
})

function asker(at: number) {
  const viewer = noRelation
  const id = `01936f5c-0000-7000-8000-${String(at).padStart(12, '0')}`
  return { id, username: `asker${at}`, displayName: `Asker ${at}`, avatar: null, viewer }
}

test('somebody who is blocked is there no more, nor for them, until it is taken back', async ({ visit }) => {
  const [louise, nadar] = await Promise.all([signUp('louise'), signUp('nadar')])
  await Promise.all([follow(louise, nadar), follow(nadar, louise)])
  await publish(nadar, 'Paris from a balloon')
  const { page } = await visit({ as: louise, at: `/@${nadar.username}`, mayFail: [/404/] })
  const main = page.getByRole('main')
  await shown(main.getByRole('link', { name: /Four colours/ }))
  for (const answer of ['Cancel', 'Block']) {
    await main.getByRole('button', { name: 'More' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Block', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: `Block ${nadar.username}?` })
    await dialog.getByRole('button', { name: answer, exact: true }).click()
    await dialog.waitFor({ state: 'detached' })
  }
  await shown(page.getByText(`${nadar.username} is blocked.`))
  await shown(main.getByRole('heading', { name: `You have blocked ${nadar.username}` }))
  expect(await main.getByRole('link', { name: /Four colours/ }).count()).toBe(0)
  await expectWhole(page, () => shown(main.getByRole('button', { name: /Unblock|Úñblóçk/ })))
  await page.goto('/?locale=en')
  await shown(main.getByRole('heading', { name: 'Nobody’s photographs yet' }))

  const theirs = (await visit({ as: nadar, at: `/@${louise.username}`, mayFail: [/404/] })).page
  await shown(theirs.getByRole('heading', { name: `There is no @${louise.username}` }))

  await page.goto('/settings/blocked')
  await main.getByRole('button', { name: `Unblock: ${nadar.username}` }).click()
  await shown(main.getByRole('heading', { name: 'Nobody is blocked' }))
  await page.goto(`/@${nadar.username}`)
  await shown(main.getByRole('link', { name: /Four colours/ }))
  await shown(main.getByRole('button', { name: `Follow ${nadar.username}` }))
})

test('close friends are found, added, removed and had back, and added on their profile', async ({ visit }) => {
  const [louise, nadar, fox] = await Promise.all([signUp('louise'), signUp('nadar'), signUp('fox')])
  const { page } = await visit({ as: louise, at: '/settings/close-friends' })
  const main = page.getByRole('main')
  async function names(): Promise<string[]> {
    return (await allOf(PersonInList, louise, '/api/v1/users/me/close-friends')).map(({ username }) => username)
  }
  await shown(main.getByRole('heading', { name: 'No close friends yet' }))
  await main.getByLabel('Add somebody').fill(nadar.username)
  await main.getByRole('button', { name: `Add: ${nadar.username}` }).click()
  await shown(main.getByRole('button', { name: `Remove: ${nadar.username}` }))
  await shown(main.getByText('Whoever has that name is on your list.'))
  expect(await names()).toEqual([nadar.username])
  await main.getByRole('button', { name: `Remove: ${nadar.username}` }).click()
  await shown(main.getByRole('heading', { name: 'No close friends yet' }))
  await page.getByRole('button', { name: 'Undo' }).last().click()
  await shown(main.getByRole('button', { name: `Remove: ${nadar.username}` }))
  await page.goto(`/@${fox.username}`)
  await main.getByRole('button', { name: 'More' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Add to your close friends' }).click()
  await shown(page.getByText(`${fox.username} is a close friend.`))
  expect(await names()).toEqual([fox.username, nadar.username])
  for (const state of ['as it was changed', 'as it is read']) {
    if (state === 'as it is read') await page.reload()
    await main.getByRole('button', { name: 'More' }).click()
    await shown(page.getByRole('dialog').getByRole('button', { name: 'Remove from your close friends' }))
    await page.keyboard.press('Escape')
  }
  await done(api(louise).put(`/api/v1/users/${nadar.id}/block`))
  await page.goto('/settings/close-friends')
  await expectWhole(page, () => shown(main.getByText(`@${fox.username}`)))
  expect(await main.getByText(`@${nadar.username}`).count()).toBe(0)
})

test('lists with people on them, and what a private account is to others, are whole', async ({ visit }) => {
  const [louise, nadar, fox] = await Promise.all([signUp('louise'), signUp('nadar'), signUp('fox')])
  await goPrivate(louise)
  await Promise.all([follow(nadar, louise), done(api(louise).put(`/api/v1/users/${fox.id}/block`))])
  await done(api(louise).put(`/api/v1/users/${nadar.id}/mute`))
  for (const [section, name] of Object.entries({ requests: nadar, blocked: fox, muted: nadar })) {
    const { page } = await visit({ as: louise, at: `/settings/${section}` })
    await expectWhole(page, () => shown(page.getByRole('main').getByText(name.username).first()))
  }
  const { page } = await visit({ as: louise, at: '/notifications' })
  await expectWhole(page, () => shown(page.getByRole('main').locator('a[href="/settings/requests"]').first()))
  const { page: profile } = await visit({ as: nadar, at: `/@${louise.username}` })
  await expectWhole(profile, () => shown(profile.getByRole('main').locator('h2')))
})

test('a request and its answer are told as they happen, and one that is taken back is told of no more', async ({
  visit,
}) => {
  const [louise, nadar, fox] = await Promise.all([signUp('louise'), signUp('nadar'), signUp('fox')])
  await goPrivate(louise)
  await publish(louise, 'At home')
  const { page } = await visit({ as: louise, at: '/notifications' })
  const { page: theirs } = await visit({ as: nadar, at: `/@${louise.username}` })
  const main = page.getByRole('main')
  const entry = main.getByRole('link', { name: '1 person asks to follow you' })
  await shown(main.getByRole('heading', { name: 'Nothing yet' }))
  await follow(fox, louise)
  await shown(main.getByRole('link', { name: `${fox.username} asks to follow you` }))
  await shown(entry)
  await unfollow(fox, louise)
  await shown(main.getByRole('heading', { name: 'Nothing yet' }))
  await entry.waitFor({ state: 'detached' })

  await theirs
    .getByRole('main')
    .getByRole('button', { name: `Follow ${louise.username}` })
    .click()
  await main.getByRole('link', { name: `${nadar.username} asks to follow you` }).click()
  await page.getByRole('button', { name: `Accept: ${nadar.username}` }).click()
  // On the profile that is open, without being asked for again.
  await shown(theirs.getByRole('button', { name: `Following ${louise.username}` }))
  await shown(theirs.getByRole('link', { name: /Four colours/ }))
  await theirs.goto('/notifications')
  await shown(theirs.getByRole('link', { name: `${louise.username} accepted your request to follow` }))
  await theirs.goto(`/@${louise.username}`)
  await theirs.getByRole('button', { name: `Following ${louise.username}` }).click()
  await theirs.getByRole('dialog').getByRole('button', { name: 'Unfollow' }).click()
  await shown(theirs.getByRole('heading', { name: 'This account is private' }))
})
