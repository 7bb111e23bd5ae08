import type { Request } from 'playwright-core'
import { expect } from 'vitest'
import { follow, signUp } from '../e2e/support/people.ts'
import { comment, like, publish } from '../e2e/support/posts.ts'
import { problem } from './support/answers.ts'
import { place, shown, test } from './support/visit.ts'

test('what others do is told live, is grouped, can be filtered, and is read', async ({ visit }) => {
  const [louise, nadar, julia] = await Promise.all([signUp('louise'), signUp('nadar'), signUp('julia')])
  const post = await publish(louise, 'The bridge')
  const { page } = await visit({ as: louise, at: '/notifications' })
  await shown(page.getByRole('heading', { name: 'Nothing yet' }))

  await like(nadar, post.id)
  await shown(page.getByText(`${nadar.username} likes your post`))
  await like(julia, post.id)
  await shown(page.getByText(`${julia.username} and ${nadar.username} like your post`))
  await comment(nadar, post.id, `Well done, @${louise.username}!`)
  await follow(julia, louise)
  await shown(page.getByText(`${julia.username} follows you`))
  await expect.poll(() => page.title()).toMatch(/^\(\d\) Notifications/)

  await page.getByRole('link', { name: 'Follows', exact: true }).click()
  await page.getByText(`${nadar.username} likes your post`).waitFor({ state: 'detached' })
  await page.getByRole('link', { name: 'All', exact: true }).click()
  await page.getByRole('button', { name: 'Mark all read' }).click()
  await expect.poll(() => page.title()).toBe('Notifications · Daguerre')
  await page
    .getByRole('link', { name: new RegExp(`${nadar.username} likes|like your post`) })
    .first()
    .click()
  await page.waitForURL(`**/p/${post.id}`)
})

test('two tabs have one line to the server, and both hear', async ({ visit }) => {
  const [louise, nadar] = await Promise.all([signUp('louise'), signUp('nadar')])
  const { context, page, tab } = await visit({ as: louise, at: '/settings/appearance' })
  let opened = 0
  // Not a number: the end of a stream from before the reload may be all that is seen of it.
  const open = new Set<Request>()
  context.on('request', (request) => {
    if (!request.url().endsWith('/notifications/stream')) return
    opened += 1
    open.add(request)
  })
  function ended(request: Request): void {
    open.delete(request)
  }
  context.on('requestfinished', ended)
  context.on('requestfailed', ended)
  await page.reload()
  const other = await tab('/settings/appearance')
  await follow(nadar, louise)
  for (const each of [page, other]) await expect.poll(() => each.title()).toMatch(/^\(1\)/)
  expect(open.size).toBe(1)
  const before = opened

  // The tab that had it goes, and the other one has it.
  await page.close()
  await expect.poll(() => opened).toBe(before + 1)
  await place(other, 'Notifications').click()
  await shown(other.getByText(`${nadar.username} follows you`))
  const julia = await signUp('julia')
  await follow(julia, louise)
  await shown(other.getByText(`${julia.username} and ${nadar.username} follow you`))
})

test('a count that was asked for before something happened does not undo it', async ({ visit }) => {
  const [louise, nadar] = await Promise.all([signUp('louise'), signUp('nadar')])
  const { page } = await visit({ as: louise, at: '/settings/appearance' })
  const told = Promise.withResolvers<void>()
  const answered = Promise.withResolvers<void>()
  let isAsked = false
  await page.route('**/api/v1/notifications/unread-count', async (route) => {
    const response = await route.fetch()
    isAsked = true
    await told.promise
    // The page may have stopped waiting for it.
    await route.fulfill({ response }).catch(() => {})
    answered.resolve()
  })
  await page.reload()
  await expect.poll(() => isAsked).toBe(true)
  await follow(nadar, louise)
  await expect.poll(() => page.title()).toMatch(/^\(1\)/)
  told.resolve()
  await answered.promise
  await page.waitForTimeout(300)
  expect(await page.title()).toMatch(/^\(1\)/)
})

test('a list that was asked for before something happened is asked for again', async ({ visit }) => {
  const [louise, nadar] = await Promise.all([signUp('louise'), signUp('nadar')])
  const { page } = await visit({ as: louise, at: '/settings/appearance' })
  const asked = Promise.withResolvers<void>()
  const told = Promise.withResolvers<void>()
  await page.route(
    '**/api/v1/notifications?*',
    async (route) => {
      const response = await route.fetch()
      asked.resolve()
      await told.promise
      await route.fulfill({ response })
    },
    { times: 1 },
  )
  await place(page, 'Notifications').click()
  await asked.promise
  await follow(nadar, louise)
  await expect.poll(() => page.title()).toMatch(/^\(1\)/)
  told.resolve()
  await shown(page.getByText(`${nadar.username} follows you`))
})

test('a list that does not come says why, and comes when it is asked again', async ({ visit }) => {
  const louise = await signUp('louise')
  const { page } = await visit({ as: louise, at: '/settings/appearance', mayFail: [/50\d/] })
  await page.route('**/api/v1/notifications?*', (route) => route.fulfill(problem(500, 'internal')))
  await place(page, 'Notifications').click()
  await shown(page.getByText('If you tell somebody about it, give this number: request-1839'))
  await page.unroute('**/api/v1/notifications?*')
  await page.getByRole('button', { name: 'Try again' }).click()
  await shown(page.getByRole('heading', { name: 'Nothing yet' }))
})

test('more of a list that does not come says so below it, and comes when it is asked again', async ({ visit }) => {
  const louise = await signUp('louise')
  const { page } = await visit({ as: louise, at: '/settings/appearance', mayFail: [/503/] })
  let isAway = true
  let asked = 0
  await page.route('**/api/v1/notifications?*', async (route) => {
    const isFirst = !new URL(route.request().url()).searchParams.has('cursor')
    if (isFirst) return await route.fulfill({ json: { items: [followedBy('Anselm')], nextCursor: 'more' } })
    asked++
    if (!isAway) return await route.fulfill({ json: { items: [followedBy('Vera')], nextCursor: null } })
    await route.fulfill(problem(503, 'unavailable', { headers: { 'retry-after': '0' } }))
  })
  await place(page, 'Notifications').click()
  const main = page.getByRole('main')
  await shown(main.getByText('Anselm follows you'))
  const again = main.getByRole('button', { name: 'Try again' })
  await shown(again)
  // It is not asked for again and again by itself.
  const before = asked
  await page.waitForTimeout(500)
  expect(asked).toBe(before)
  isAway = false
  await again.click()
  await shown(main.getByText('Vera follows you'))
  await shown(main.getByText('Anselm follows you'))
  await again.waitFor({ state: 'detached' })
})

function followedBy(displayName: string): object {
  const at = new Date().toISOString()
  const actor = { id: displayName, username: displayName.toLowerCase(), displayName, avatar: null }
  const about = { kind: 'followed', actors: [actor], actorCount: 1, post: null, comment: null, read: true }
  return { id: displayName, ...about, createdAt: at, updatedAt: at }
}
