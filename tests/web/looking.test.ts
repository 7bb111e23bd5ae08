import { Post } from '@daguerre/contracts'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { api, read } from '../e2e/support/api.ts'
import { follow, signUp, unique } from '../e2e/support/people.ts'
import { comment, like, publish } from '../e2e/support/posts.ts'
import { settled } from '../e2e/support/soon.ts'
import { problem } from './support/answers.ts'
import { shown, test } from './support/visit.ts'

test('who is not signed in looks, and is asked in where a hand is needed', async ({ visit }) => {
  const louise = await signUp('louise')
  const post = await publish(louise, 'The bridge')
  const { page } = await visit({ at: `/p/${post.id}` })
  await shown(page.getByText('The bridge').first())
  await page.getByRole('button', { name: 'Like', exact: true }).click()
  await page.waitForURL(/\/login/)
  await page.getByLabel('Username or e-mail address').fill(louise.username)
  await page.getByLabel('Password', { exact: true }).fill(louise.password)
  await page.keyboard.press('Enter')
  await page.waitForURL(new RegExp(`/p/${post.id}`))
})

test('a like is seen at once, and taken back where the server does not take it', async ({ visit }) => {
  const [louise, nadar] = await Promise.all([signUp('louise'), signUp('nadar')])
  const post = await publish(louise, 'The bridge')
  await like(louise, post.id)
  const { page } = await visit({ as: nadar, at: `/p/${post.id}`, mayFail: [/500/] })
  const heart = page.getByRole('article').getByRole('button', { name: 'Like', exact: true })
  let answer: (() => void) | undefined
  await page.route('**/like', async (route) => {
    await new Promise<void>((resolve) => (answer = resolve))
    await route.fulfill(problem(500, 'internal'))
  })
  await heart.click()
  await expect.poll(() => heart.getAttribute('aria-pressed')).toBe('true')
  await shown(page.getByRole('link', { name: '2 likes' }))
  await expect.poll(() => answer).toBeDefined()
  answer?.()
  await expect.poll(() => heart.getAttribute('aria-pressed')).toBe('false')
  await shown(page.getByRole('link', { name: '1 like', exact: true }))
  await shown(page.getByText('Something broke on the server. It is not your fault; try again.'))
  await page.unroute('**/like')
  await page.getByRole('button', { name: 'Try again' }).click()
  await shown(page.getByRole('link', { name: '2 likes' }))
  await page.getByRole('link', { name: '2 likes' }).click()
  await shown(page.getByRole('main').getByText(`@${nadar.username}`).first())
  expect((await read(Post, api(nadar).get(`/api/v1/posts/${post.id}`))).viewer?.liked).toBe(true)
})

test('a post is saved, found again, and no longer saved', async ({ visit }) => {
  const louise = await signUp('louise')
  const post = await publish(louise, 'To be kept')
  const { page } = await visit({ as: louise, at: `/p/${post.id}` })
  const save = page.getByRole('article').getByRole('button', { name: 'Save', exact: true })
  await save.click()
  await expect
    .poll(async () => (await read(Post, api(louise).get(`/api/v1/posts/${post.id}`))).viewer?.saved)
    .toBe(true)
  await page.goto('/saved')
  await page
    .getByRole('main')
    .getByRole('link', { name: /Four colours/ })
    .click()
  await save.click()
  await expect
    .poll(async () => (await read(Post, api(louise).get(`/api/v1/posts/${post.id}`))).viewer?.saved)
    .toBe(false)
  await page.goto('/saved')
  await shown(page.getByRole('heading', { name: 'Nothing saved yet' }))
})

test('what is said is answered, liked, and deleted', async ({ visit }) => {
  const [louise, nadar] = await Promise.all([signUp('louise'), signUp('nadar')])
  const post = await publish(louise, 'The bridge')
  await comment(nadar, post.id, 'How long did you wait?')
  const { page } = await visit({ as: louise, at: `/p/${post.id}` })
  const comments = page.getByRole('region', { name: 'Comments' })
  await comments.getByText('How long did you wait?').waitFor()
  await comments.getByRole('button', { name: 'Reply' }).click()
  await page.keyboard.type('Ten minutes #patience')
  // Whom it answers survives as the words do.
  await page.reload()
  await shown(comments.getByRole('button', { name: 'Do not reply to this comment' }))
  await page.getByRole('button', { name: 'Send' }).click()
  await shown(comments.getByRole('link', { name: '#patience' }))
  await comments.getByRole('button', { name: `Like the comment by ${nadar.username}` }).click()
  await shown(comments.getByText('1 like', { exact: true }))
  await page.reload()
  await comments.getByRole('button', { name: 'Show one reply' }).click()
  await shown(comments.getByText('Ten minutes'))
  await comments.getByRole('button', { name: 'Delete' }).last().click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete for good' }).click()
  await comments.getByText('Ten minutes').waitFor({ state: 'detached' })
})

test('a reply that is sent before the comments are there is shown with them', async ({ visit }) => {
  const [louise, nadar] = await Promise.all([signUp('louise'), signUp('nadar')])
  const post = await publish(louise, 'The bridge')
  await comment(nadar, post.id, 'How long did you wait?')
  const { page } = await visit({ as: louise, at: `/p/${post.id}` })
  const comments = page.getByRole('region', { name: 'Comments' })
  await comments.getByRole('button', { name: 'Reply' }).click()
  await page.keyboard.type('Ten minutes #patience')
  // As they were before, and slow to come.
  const sent = Promise.withResolvers<void>()
  await page.route(
    '**/comments?*',
    async (route) => {
      const response = await route.fetch()
      await sent.promise
      await route.fulfill({ response })
    },
    { times: 1 },
  )
  await page.reload()
  const answer = page.waitForResponse((response) => response.request().method() === 'POST' && response.status() === 201)
  await comments.getByRole('button', { name: 'Send' }).click()
  await answer
  sent.resolve()
  await shown(comments.getByRole('link', { name: '#patience' }))
  await shown(comments.getByRole('button', { name: 'Hide the reply' }))
})

test('a comment that was not sent is kept, and sent when it is asked for again', async ({ visit }) => {
  const louise = await signUp('louise')
  const post = await publish(louise, 'The bridge')
  const { page } = await visit({ as: louise, at: `/p/${post.id}`, mayFail: [/500/] })
  await page.route('**/comments', (route) =>
    route.request().method() === 'POST' ? route.fulfill(problem(500, 'internal')) : route.fallback(),
  )
  await page.getByLabel('Your comment').fill('Ten minutes in the sun')
  await page.getByRole('button', { name: 'Send' }).click()
  await shown(page.getByText('Not sent.'))
  await page.unroute('**/comments')
  await page.getByRole('alert').locator('..').getByRole('button', { name: 'Try again' }).click()
  await page.getByText('Not sent.').waitFor({ state: 'detached' })
  // What is on its way ends with the page.
  await page.getByText('Sending …').waitFor({ state: 'detached' })
  await page.reload()
  await shown(page.getByText('Ten minutes in the sun'))
})

test('a post is written anew, and two who do it at once lose nothing', async ({ visit }) => {
  const louise = await signUp('louise')
  const post = await publish(louise, 'The bridge')
  const { page, tab } = await visit({ as: louise, at: `/p/${post.id}`, mayFail: [/409/] })
  await page.getByRole('button', { name: 'More' }).first().click()
  await page.getByRole('dialog').getByRole('button', { name: 'Edit' }).click()
  await page.waitForURL(`/p/${post.id}/edit`)
  await page.getByLabel('Caption').fill('The bridge at noon')
  await page.getByLabel('Description of the photo').fill('A stone bridge')

  const other = await tab(`/p/${post.id}/edit`)
  await other.getByLabel('Caption').fill('The bridge at midnight')
  await other.getByRole('button', { name: 'Save' }).click()
  await other.waitForURL(`/p/${post.id}`)

  await page.getByRole('button', { name: 'Save' }).click()
  await shown(page.getByRole('alert'))
  await shown(page.getByText('The bridge at midnight'))
  expect(await page.getByLabel('Caption').inputValue()).toBe('The bridge at noon')
  await page.getByRole('button', { name: 'Save what I have here' }).click()
  await page.waitForURL(`/p/${post.id}`)
  await shown(page.getByText('The bridge at noon').first())
  expect(await read(Post, api(louise).get(`/api/v1/posts/${post.id}`))).toMatchObject({
    caption: 'The bridge at noon',
    media: [{ altText: 'A stone bridge' }],
  })
})

test('a post is deleted, and its page says that it is gone', async ({ visit }) => {
  const louise = await signUp('louise')
  const post = await publish(louise, 'Not for long')
  const { page } = await visit({ as: louise, at: '/', mayFail: [/404/] })
  await page.getByRole('button', { name: 'More' }).first().click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete for good' }).click()
  await page.getByText('Not for long').waitFor({ state: 'detached' })
  await page.goto(`/p/${post.id}`)
  await shown(page.getByText('This post is gone'))
})

test('people and hashtags are searched, and where one went is remembered', async ({ visit }) => {
  const [louise, nadar] = await Promise.all([signUp('louise'), signUp('nadar')])
  const tag = `light${unique()}`
  await publish(nadar, `The bridge #${tag}`)
  const { page } = await visit({ as: louise, at: '/search' })
  const field = page.getByRole('searchbox')
  await field.fill(nadar.username)
  await page.getByRole('main').getByRole('link', { name: nadar.username }).first().click()
  await page.waitForURL(`/@${nadar.username}`)
  await page.goto('/search')
  await shown(page.getByRole('heading', { name: 'Recent' }))
  await settled(async () =>
    expect((await api().get<{ tags: unknown[] }>(`/api/v1/search?q=%23${tag}`)).body.tags).toHaveLength(1),
  )
  await field.fill(`#${tag}`)
  await page.getByRole('link', { name: new RegExp(tag) }).click()
  await page.waitForURL(`/tags/${tag}`)
  await shown(page.getByText('1 post', { exact: true }))
  await page
    .getByRole('main')
    .getByRole('link', { name: /Four colours/ })
    .click()
  await page.waitForURL(/\/p\//)
  await page.goto('/search?q=nobodyhasthisname123')
  await shown(page.getByRole('heading', { name: 'Nothing for “nobodyhasthisname123”' }))
})

test('somebody is followed, counted, listed, and followed no longer', async ({ visit }) => {
  const [louise, nadar] = await Promise.all([signUp('louise'), signUp('nadar')])
  await publish(nadar, 'From above')
  await follow(nadar, louise)
  const { page } = await visit({ as: louise, at: `/@${nadar.username}` })
  // Who looks at the list at once asks for it before the server has heard of the follow.
  const isListed = Promise.withResolvers<void>()
  page.on('requestfinished', (request) => {
    if (request.url().includes('/followers?')) isListed.resolve()
  })
  await page.route('**/follow', async (route) => {
    await isListed.promise
    await route.continue()
  })
  await page
    .getByRole('main')
    .getByRole('button', { name: /Follow/ })
    .click()
  await shown(page.getByRole('link', { name: '1 follower' }))
  await page.getByRole('link', { name: '1 follower' }).click()
  await shown(page.getByRole('main').getByText(`@${louise.username}`).first())
  await page.goto('/')
  await shown(page.getByText('From above'))
  await page.goto(`/@${nadar.username}`)
  await page
    .getByRole('main')
    .getByRole('button', { name: /Follow/ })
    .click()
  await shown(page.getByRole('link', { name: '0 followers' }))
})

test('ten photos are gone through by key, by click, and liked by two taps', async ({ visit }) => {
  const { makeCrowded } = await import('./support/crowded.ts')
  const { louise, nadar, postId } = await makeCrowded()
  await api(nadar).delete(`/api/v1/posts/${postId}/like`)
  const { page } = await visit({ as: nadar, at: `/p/${postId}`, phone: true })
  const strip = page.getByRole('group', { name: '10 photos' })
  await strip.focus()
  await page.keyboard.press('ArrowRight')
  await shown(page.getByText('2 / 10'))
  await page.keyboard.press('End')
  await shown(page.getByText('10 / 10'))
  const box = await strip.boundingBox()
  if (!box) throw new Error('The strip is nowhere.')
  for (let tap = 0; tap < 2; tap++) await page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2)
  await expect.poll(async () => (await read(Post, api(nadar).get(`/api/v1/posts/${postId}`))).viewer?.liked).toBe(true)
  expect(louise.username).toMatch(/^louise/)
})

/** What was turned at the wheel arrives later than the answer to it. */
async function untilStill(page: Page): Promise<void> {
  await page.evaluate(async () => {
    let [last, frames] = [scrollY, 0]
    while (frames < 30) {
      await new Promise(requestAnimationFrame)
      frames = scrollY === last ? frames + 1 : 0
      last = scrollY
    }
  })
}

test('who jumps far in a long list sees what is there, and the page holds little more', async ({ visit }) => {
  const louise = await signUp('louise')
  const post = await publish(louise, 'The bridge')
  const { page } = await visit({ as: louise, at: '/settings/appearance' })
  const count = 240
  await page.route('**/api/v1/feed?*', async (route) => {
    const query = new URL(route.request().url()).searchParams
    const from = Number(query.get('cursor') ?? 0)
    const to = Math.min(count, from + Number(query.get('limit')))
    const items = Array.from({ length: to - from }, (_, index) => ({
      ...post,
      id: `${post.id.slice(0, -3)}${(from + index).toString().padStart(3, '0')}`,
      caption: `Number ${from + index}`,
    }))
    await route.fulfill({ json: { items, nextCursor: to < count ? String(to) : null } })
  })
  await page.goto('/global')
  await shown(page.getByText('Number 0', { exact: true }))
  async function jump(share: number): Promise<void> {
    await page.evaluate((share) => scrollTo(0, share * document.documentElement.scrollHeight), share)
  }
  const last = page.getByText(`Number ${count - 1}`, { exact: true })
  await expect
    .poll(
      async () => {
        await jump(1)
        return await last.isVisible()
      },
      { timeout: 20_000 },
    )
    .toBe(true)
  const inSight = page.getByRole('article').filter({ visible: true })
  for (const share of [0.5, 0.1, 0.8, 0]) {
    await jump(share)
    await expect.poll(() => page.evaluate(numberInSight)).toBeGreaterThanOrEqual(0)
    const number = await page.evaluate(numberInSight)
    expect(Math.abs(number - share * count)).toBeLessThan(25)
    expect(await inSight.count()).toBeLessThan(25)
  }
})

/** Which post lies in the middle of the screen; -1 if there is none. */
function numberInSight(): number {
  const middle = document.elementFromPoint(innerWidth / 2, innerHeight / 2)
  return Number(/Number (\d+)/.exec(middle?.closest('article')?.textContent ?? '')?.[1] ?? -1)
}

test('back and reload find a long feed where it was left', async ({ visit }) => {
  const louise = await signUp('louise')
  for (let index = 0; index < 30; index++) await publish(louise, `Number ${index}`)
  const { page } = await visit({ as: louise, at: '/' })
  const there = page.getByText('Number 8', { exact: true })
  while (!(await there.isVisible())) {
    await page.mouse.wheel(0, 600)
    await page.evaluate(() => new Promise(requestAnimationFrame))
  }
  const article = page.getByRole('article').filter({ has: there })
  await article.scrollIntoViewIfNeeded()
  await untilStill(page)
  const before = (await article.boundingBox())?.y ?? NaN
  await article.locator('[data-key=open]').click()
  await page.waitForURL(/\/p\//)
  await page.goBack()
  await shown(there)
  await expect.poll(async () => Math.abs(((await article.boundingBox())?.y ?? NaN) - before)).toBeLessThan(4)
  await page.reload()
  await shown(there)
  await expect.poll(async () => Math.abs(((await article.boundingBox())?.y ?? NaN) - before)).toBeLessThan(40)
})
