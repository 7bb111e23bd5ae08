import { expect } from 'vitest'
import type { Page } from 'playwright-core'
import type { Post } from '@daguerre/contracts'
import { api } from '../e2e/support/api.ts'
import { signUp, unique } from '../e2e/support/people.ts'
import { fourCorners } from '../e2e/support/photos.ts'
import { publish } from '../e2e/support/posts.ts'
import { system } from '../setup/system.ts'
import { type Line, openLine } from './support/line.ts'
import { shown, test, type Visit } from './support/visit.ts'

const lineIsLost = [/ERR_/]

/** Gone as in a tunnel: the browser knows, and nothing comes through for anybody, the service worker included. */
async function lose(line: Line, { context }: Visit): Promise<void> {
  line.cut()
  await context.setOffline(true)
}
async function find(line: Line, { context }: Visit): Promise<void> {
  line.mend()
  await context.setOffline(false)
}

/** Until the service worker has all that is needed without a line. */
async function untilKept(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready
  })
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true)
}

test('without a line the app opens, shows what was there, says so, and goes on when the line is back', async ({
  visit,
}) => {
  const louise = await signUp('louise')
  const caption = `Before the tunnel ${unique()}`
  await publish(louise, caption)
  const line = await openLine(system.url)
  try {
    const there = await visit({ as: louise, at: '/', door: line.url, worker: true, mayFail: lineIsLost })
    const { page } = there
    await shown(page.getByText(caption))
    await untilKept(page)
    await page.reload()
    await shown(page.getByText(caption))

    await lose(line, there)
    await page.reload()
    await shown(page.getByText(caption))
    await shown(page.getByText('No connection. You see what was loaded before.'))
    const photo = page.getByRole('article').locator('img').first()
    await expect.poll(() => photo.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBeGreaterThan(0)

    await page.goto('/@nobody.was.here')
    await shown(
      page
        .getByRole('heading', { level: 1 })
        .or(page.getByText('You are not connected.', { exact: false }))
        .first(),
    )
    await page.goto('/')
    const next = `After the tunnel ${unique()}`
    await publish(louise, next)
    // What comes to a feed after the line is back is told a minute later at most.
    await expect
      .poll(async () => JSON.stringify((await api(louise).get('/api/v1/feed/home')).body), { timeout: 10_000 })
      .toContain(next)
    await find(line, there)
    await page.getByText('No connection. You see what was loaded before.').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: '1 new post' }).click()
    await shown(page.getByText(next))
  } finally {
    await line.close()
  }
})

test('a post that is shared without a line waits, survives a reload, and is out once when the line is back', async ({
  visit,
}) => {
  const louise = await signUp('louise')
  const caption = `In the tunnel ${unique()}`
  const line = await openLine(system.url)
  try {
    const there = await visit({ as: louise, at: '/new', door: line.url, worker: true, mayFail: lineIsLost })
    const { page } = there
    await shown(page.getByText('Drop your photos here, or paste them'))
    await untilKept(page)
    await page.reload()
    await shown(page.getByText('Drop your photos here, or paste them'))
    await lose(line, there)
    const buffer = await fourCorners(320, 240).jpeg().toBuffer()
    await page
      .locator('input[type=file]:not([capture])')
      .first()
      .setInputFiles({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer })
    await page.getByLabel('Caption').fill(caption)
    await page.getByRole('button', { name: 'Share', exact: true }).click()
    await shown(page.getByText('Your post waits for a connection.'))
    await page.reload()
    await shown(page.getByText('Your post waits for a connection.'))
    await find(line, there)
    await shown(page.getByText('Your post is out.').or(page.getByText('Your post is on the server.', { exact: false })))
    const { body } = await api(louise).get<{ items: Post[] }>(`/api/v1/users/${louise.id}/posts`)
    expect(body.items.map((post) => post.caption)).toEqual([caption])
  } finally {
    await line.close()
  }
})

test('the app can be installed: its manifest, icons and service worker are as browsers want them', async ({
  visit,
}) => {
  const { page, context } = await visit({ at: '/login', worker: true })
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready
  })
  const cdp = await context.newCDPSession(page)
  const { errors } = await cdp.send('Page.getAppManifest')
  expect(errors).toEqual([])
  const { installabilityErrors } = await cdp.send('Page.getInstallabilityErrors')
  // A browser that keeps nothing installs nothing.
  expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito')).toEqual([])
})
