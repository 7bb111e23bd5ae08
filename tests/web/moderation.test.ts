import { readFile } from 'node:fs/promises'
import { Act, Page as PageOf, Post } from '@daguerre/contracts'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { api, done, read } from '../e2e/support/api.ts'
import { unzip } from '../e2e/support/exports.ts'
import { type Person, signInAgain, signUp, unique } from '../e2e/support/people.ts'
import { readyPhoto, unlikePhoto } from '../e2e/support/photos.ts'
import { comment, publish } from '../e2e/support/posts.ts'
import { inAuth, signUpAs } from '../e2e/support/roles.ts'
import { soon } from '../e2e/support/soon.ts'
import { complaintsOf } from './support/axe.ts'
import { shown, test } from './support/visit.ts'
import { expectWhole } from './support/whole.ts'

type Kind = 'post' | 'comment' | 'account'

async function reportAs(reporter: Person, kind: Kind, id: string): Promise<void> {
  await done(api(reporter).post('/api/v1/reports', { subject: { kind, id }, reason: 'theft', text: 'It is mine' }))
}

function act(as: Person, kind: string, subject: { kind: Kind; id: string }): Promise<Act> {
  const until = kind === 'suspend' ? new Date(Date.now() + 86_400_000).toISOString() : null
  const body = { kind, subject, reason: 'Against the rules of this place', until }
  return read(Act, api(as).post('/api/v1/moderation/acts', body), 201)
}

/** The dialog that is open is accessible, and takes a report. */
async function sendReport(page: Page, title: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: title })
  await shown(dialog)
  expect(await complaintsOf(page)).toEqual([])
  await dialog.getByLabel('Hate against a group').check()
  await dialog.getByLabel('What moderators should know').fill('Look at the second line')
  await dialog.getByRole('button', { name: 'Report' }).click()
  await shown(page.getByText('Thank you. Moderators look at it.'))
}

test('a post, a comment and an account are reported where they are seen, and stand in the queue', async ({ visit }) => {
  const [louise, nadar, moderator] = [await signUp('louise'), await signUp('nadar'), await signUpAs('moderator')]
  const post = await publish(nadar, 'Paris from a balloon')
  await comment(nadar, post.id, 'See for yourself')
  const { page } = await visit({ as: louise, at: `/p/${post.id}` })
  const main = page.getByRole('main')
  await main.getByRole('button', { name: 'More' }).first().click()
  await page.getByRole('dialog').getByRole('button', { name: 'Report' }).click()
  await sendReport(page, 'Report this post')
  await main.getByRole('button', { name: 'Report' }).click()
  await sendReport(page, 'Report this comment')
  await page.goto(`/@${nadar.username}`)
  await main.getByRole('button', { name: 'More' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Report' }).click()
  await sendReport(page, 'Report this account')

  const seen = await visit({ as: moderator, at: '/moderation' })
  for (const what of ['Post', 'Comment', 'Account']) {
    await shown(seen.page.getByRole('link', { name: `${what} ${what === 'Account' ? '' : 'by '}${nadar.username}` }))
  }
})

test('a moderator goes through the queue, takes a case, notes something, hides the post and closes it; all of it is whole', async ({
  visit,
}) => {
  const [louise, nadar, moderator] = [await signUp('louise'), await signUp('nadar'), await signUpAs('moderator')]
  const post = await publish(nadar, 'Paris from a balloon')
  await reportAs(louise, 'post', post.id)
  const { page } = await visit({ as: moderator, at: '/moderation' })
  const main = page.getByRole('main')
  const line = main.getByRole('link', { name: nadar.username })
  await expectWhole(page, () => shown(line))
  await page.goto('/moderation?locale=en')
  await line.click()
  await shown(main.getByText('It is mine'))
  await expectWhole(page, () => shown(main.getByText('It is mine')))
  await page.goto(`${new URL(page.url()).pathname}?locale=en`)

  await main.getByRole('button', { name: 'Take the case' }).click()
  await shown(main.getByText(`In work by ${moderator.username}`))
  await main.getByLabel('A note for the other moderators').fill('I know this picture')
  await main.getByRole('button', { name: 'Add the note' }).click()
  await shown(main.getByText('I know this picture').last())
  await main.getByRole('button', { name: 'Hide the post' }).click()
  const dialog = page.getByRole('dialog', { name: 'Hide the post' })
  await shown(dialog)
  expect(await complaintsOf(page)).toEqual([])
  await dialog.getByLabel('Reason').fill('Taken from somebody else')
  await dialog.getByRole('button', { name: 'Hide the post' }).click()
  await shown(main.getByText('Taken from somebody else').last())
  await main.getByRole('button', { name: 'Close the case' }).click()
  await shown(main.getByText(`Closed by ${moderator.username}`))
  await soon('it is hidden', async () => (await api(louise).get(`/api/v1/posts/${post.id}`)).status === 404)

  await main.getByRole('link', { name: `The account of ${nadar.username}` }).click()
  await shown(main.getByText('The account is open.'))
  await expectWhole(page, () => shown(main.getByText('Taken from somebody else', { exact: true })))
  const log = await visit({ as: moderator, at: '/moderation?tab=audit' })
  await expectWhole(log.page, () => shown(log.page.getByText(`hide_post post ${post.id}`)))
})

test('somebody sees what was decided about them and appeals, and another moderator takes it back', async ({
  visit,
}) => {
  const [nadar, one, two] = [await signUp('nadar'), await signUpAs('moderator'), await signUpAs('moderator')]
  const post = await publish(nadar, 'Paris from a balloon')
  await act(one, 'hide_post', { kind: 'post', id: post.id })
  const { page } = await visit({ as: nadar, at: '/settings/moderation' })
  const main = page.getByRole('main')
  await expectWhole(page, () => shown(main.getByText('Against the rules of this place')))
  await page.goto('/settings/moderation?locale=en')
  await main.getByRole('button', { name: 'Appeal' }).click()
  await main.getByLabel('Your appeal').fill('I took it myself')
  await main.getByRole('button', { name: 'Appeal' }).click()
  await shown(main.getByText('You have appealed. It is not answered yet.'))

  const other = await visit({ as: two, at: '/moderation?tab=appeals' })
  const appeal = other.page.getByRole('listitem').filter({ hasText: 'I took it myself' })
  await expectWhole(other.page, () => shown(appeal))
  await other.page.goto('/moderation?tab=appeals&locale=en')
  await appeal.getByLabel('Answer').fill('You are right')
  await appeal.getByRole('button', { name: 'Take it back' }).click()
  await appeal.waitFor({ state: 'detached' })
  await page.goto('/settings/moderation')
  await shown(main.getByText('You are right').last())
  await soon('it is shown again', async () => (await api().get(`/api/v1/posts/${post.id}`)).status === 200)
})

test('who is suspended is signed out where they are, told until when and why at the door, appeals there and takes along what is theirs', async ({
  visit,
}) => {
  const [nadar, moderator] = [await signUp('nadar'), await signUpAs('moderator')]
  const mayFail = [/40[13]/]
  const { page } = await visit({ as: nadar, at: '/settings/appearance', mayFail })
  await act(moderator, 'suspend', { kind: 'account', id: nadar.id })
  await soon('the session is over', async () => (await api(nadar).get('/api/v1/auth/me')).status === 401)
  await page.getByRole('link', { name: 'Saved' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Password').fill(nadar.password)
  await dialog.getByRole('button', { name: 'Sign in' }).click()
  await shown(dialog.getByText('Against the rules of this place'))

  const stranger = await visit({ at: '/login', mayFail })
  const door = stranger.page.getByRole('main')
  await door.getByLabel('Username or e-mail').fill(nadar.username)
  await door.getByLabel('Password').fill(nadar.password)
  await door.getByRole('button', { name: 'Sign in' }).click()
  await shown(door.getByText(/This account is suspended until/))
  await shown(door.getByText('Against the rules of this place'))
  expect(await complaintsOf(stranger.page)).toEqual([])
  await door.getByLabel('Your appeal').fill('It was my brother')
  await door.getByRole('button', { name: 'Appeal' }).click()
  await shown(door.getByText('Your appeal has arrived.', { exact: false }))
  const { items } = await read(PageOf(Act), api(moderator).get('/api/v1/moderation/appeals?state=open&limit=100'))
  expect(items.find(({ person }) => person.id === nadar.id)?.appeal).toMatchObject({ text: 'It was my brother' })

  await door.getByRole('button', { name: 'Make an export' }).click()
  const button = door.getByRole('button', { name: /^Download the export of / })
  await shown(button)
  expect(await complaintsOf(stranger.page)).toEqual([])
  const [download] = await Promise.all([stranger.page.waitForEvent('download'), button.click()])
  const files = await unzip(await readFile(await download.path()))
  expect(String(files.get('data/decisions.json'))).toContain('Against the rules of this place')
  // Once the suspension is over, so is this: one signs in.
  await act(moderator, 'lift', { kind: 'account', id: nadar.id })
  await soon('they may sign in', async () => (await signInAgain(nadar).catch(() => null)) !== null)
  await button.click()
  await shown(door.getByLabel('Username or e-mail'))
})

test('an admin frees somebody who has lost all second factors, after saying who they are, and it stands in the log', async ({
  visit,
}) => {
  const [person, moderator, admin] = [await signUp('person'), await signUpAs('moderator'), await signUpAs('admin')]
  await inAuth('insert into recovery_code (account_id, hash) values ($1, $2)', [person.id, Buffer.alloc(32)])
  const at = `/moderation/accounts/${person.id}`
  const name = `Remove the second factors of ${person.username}`
  const seen = await visit({ as: moderator, at })
  await shown(seen.page.getByRole('button', { name: `Warn ${person.username}` }))
  expect(await seen.page.getByRole('button', { name }).count()).toBe(0)

  await inAuth('update session set fresh_until = null where account_id = $1', [admin.id])
  const { page } = await visit({ as: admin, at, mayFail: [/403/] })
  await page.getByRole('button', { name }).click()
  const dialog = page.getByRole('dialog', { name })
  await shown(dialog)
  expect(await complaintsOf(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Remove them' }).click()
  await shown(dialog.getByText('Type 1 to 500 characters.'))
  await dialog.getByLabel('Reason').fill('Called back')
  await dialog.getByRole('button', { name: 'Remove them' }).click()
  const again = page.getByRole('dialog').filter({ has: page.getByLabel('Password') })
  await again.getByLabel('Password').fill(admin.password)
  await again.getByRole('button', { name: 'Go on' }).click()
  await shown(page.getByText(`The password alone opens the account of ${person.username} now.`))
  await soon('it is on record', async () => {
    await page.goto('/moderation?tab=audit')
    await shown(page.getByText('Entry').first())
    return (await page.getByText(`free_account account ${person.id}`).count()) === 1
  })
  await shown(page.getByText('Called back').first())
})

test('photographs that are marked as sensitive are loaded after a question', async ({ visit }) => {
  const [nadar, moderator] = [await signUp('nadar'), await signUpAs('moderator')]
  const post = await publish(nadar, 'Paris from a balloon')
  await act(moderator, 'mark_sensitive', { kind: 'post', id: post.id })
  await soon('it is marked', async () => (await read(Post, api().get(`/api/v1/posts/${post.id}`))).sensitive)
  const { page } = await visit({ at: `/p/${post.id}` })
  const main = page.getByRole('main')
  await shown(main.getByText('Moderators have marked this as sensitive.'))
  expect(await main.locator(`img[src*="${post.media[0]!.id}"], source[srcset*="${post.media[0]!.id}"]`).count()).toBe(0)
  expect(await complaintsOf(page)).toEqual([])
  await main.getByRole('button', { name: 'Show it all the same' }).click()
  await shown(main.locator(`img[src*="${post.media[0]!.id}"]`).first())
})

test('with a post that is removed its photos are blocked; who brings one again is told so, and moderators see it and let it in', async ({
  visit,
}) => {
  const [louise, nadar, moderator] = [await signUp('louise'), await signUp('nadar'), await signUpAs('moderator')]
  const picture = await unlikePhoto()
  const post = await publish(louise, 'Paris from a balloon', (await readyPhoto(louise, picture)).id)
  await reportAs(nadar, 'post', post.id)
  const { page } = await visit({ as: moderator, at: '/moderation' })
  const main = page.getByRole('main')
  await main.getByRole('link', { name: louise.username }).click()
  await main.getByRole('button', { name: 'Remove the post for good' }).click()
  const dialog = page.getByRole('dialog', { name: 'Remove the post for good' })
  await dialog.getByLabel('Refuse photos that look like these from now on').check()
  expect(await complaintsOf(page)).toEqual([])
  const reason = `Never again ${post.id}`
  await dialog.getByLabel('Reason').fill(reason)
  await dialog.getByRole('button', { name: 'Remove the post for good' }).click()
  await shown(main.getByText(reason).last())

  await soon('it is refused', async () => (await readyPhoto(nadar, picture)).reason === 'blocked')
  const brings = await visit({ as: nadar, at: '/new' })
  await brings.page
    .locator('input[type=file]')
    .first()
    .setInputFiles({ name: 'balloon.jpg', mimeType: 'image/jpeg', buffer: picture })
  await shown(
    brings.page.getByText('This photo looks like one that moderators have removed.', { exact: false }).first(),
  )

  await soon('there is a case', async () => {
    await page.goto('/moderation?locale=en')
    return await main.getByRole('link', { name: `Account ${nadar.username}` }).isVisible()
  })
  await main.getByRole('link', { name: `Account ${nadar.username}` }).click()
  await shown(main.getByText('A new photo of theirs was refused, and is gone.').first())
  await expectWhole(page, () => shown(main.getByRole('blockquote')))
  // In English again, and without saying so, which would be heard before what is asked for next.
  await page.goto('/moderation?locale=en')
  await page.goto('/moderation?tab=blocks')
  const block = main.getByRole('listitem').filter({ hasText: reason })
  await expectWhole(page, () => shown(block))
  await page.goto('/moderation?tab=blocks&locale=en')
  await block.getByRole('button', { name: 'Let it in again' }).click()
  await block.waitFor({ state: 'detached' })
  await soon('it is taken', async () => (await readyPhoto(nadar, picture)).state === 'ready')
})

test('a moderator blocks a word; who writes it is told where, a post for another waits, and is let through', async ({
  visit,
}) => {
  const [nadar, moderator] = [await signUp('nadar'), await signUpAs('moderator')]
  const [refused, held] = [`r${unique()}`, `h${unique()}`]
  const own = await publish(nadar, 'Paris from a balloon')
  const { page } = await visit({ as: moderator, at: '/moderation?tab=texts', mayFail: [/422/] })
  const main = page.getByRole('main')
  await main.getByLabel('Word or domain').fill('!?')
  await main.getByRole('button', { name: 'Block it' }).click()
  await shown(main.getByText('Type a word with a letter in it', { exact: false }))
  await main.getByLabel('Word or domain').fill(refused)
  await main.getByRole('button', { name: 'Block it' }).click()
  await shown(main.getByText(refused, { exact: true }))
  await main.getByLabel('Word or domain').fill(held)
  await main.getByLabel('What happens').selectOption('hold')
  await main.getByRole('button', { name: 'Block it' }).click()
  const line = main.getByRole('listitem').filter({ hasText: held })
  await expectWhole(page, () => shown(line))

  const media = [{ mediaId: own.media[0]!.id, altText: '' }]
  await soon('the words are known', async () => {
    // An edit cannot be held: it is refused.
    const tries = [
      await api(nadar).post('/api/v1/posts', { caption: refused, media }),
      await api(nadar).patch(`/api/v1/posts/${own.id}`, { caption: held }),
    ]
    return tries.every(({ status }) => status === 422)
  })
  const writes = await visit({ as: nadar, at: '/settings/account', mayFail: [/422/, /404/] })
  await writes.page.getByLabel('About you').fill(`I like ${refused}`)
  await writes.page.getByRole('button', { name: 'Save' }).click()
  await shown(writes.page.getByText('There is a word or an address in it', { exact: false }))
  const waiting = await read(Post, api(nadar).post('/api/v1/posts', { caption: `My ${held}`, media }), 201)
  await writes.page.goto(`/p/${waiting.id}`)
  await shown(writes.page.getByText('Moderators look at this post before others see it.'))

  await soon('there is a case', async () => {
    await page.goto('/moderation?locale=en')
    return await main.getByRole('link', { name: `Post by ${nadar.username}` }).isVisible()
  })
  await main.getByRole('link', { name: `Post by ${nadar.username}` }).click()
  await shown(main.getByText('It is held: nobody but its author sees it.', { exact: false }))
  await main.getByRole('button', { name: 'Show the post again' }).click()
  const dialog = page.getByRole('dialog', { name: 'Show the post again' })
  await dialog.getByLabel('Reason').fill('Nothing is wrong with it')
  await dialog.getByRole('button', { name: 'Show the post again' }).click()
  await soon('it is there', async () => (await api().get(`/api/v1/posts/${waiting.id}`)).status === 200)

  for (const word of [refused, held]) {
    await page.goto('/moderation?tab=texts&locale=en')
    const entry = main.getByRole('listitem').filter({ hasText: word })
    await entry.getByRole('button', { name: 'Allow it again' }).click()
    await entry.waitFor({ state: 'detached' })
  }
})

test('pages of moderators say to others that they are not for them', async ({ visit }) => {
  const { page } = await visit({ as: await signUp('louise'), at: '/moderation', mayFail: [/403/] })
  await shown(page.getByRole('main').getByText('This is for moderators'))
  expect(await complaintsOf(page)).toEqual([])
})
