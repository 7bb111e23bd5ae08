import { Post } from '@daguerre/contracts'
import { expect } from 'vitest'
import { signUp } from '../e2e/support/people.ts'
import { allOf, publish } from '../e2e/support/posts.ts'
import { openLine } from './support/line.ts'
import { place, shown, test } from './support/visit.ts'
import { system } from '../setup/system.ts'

test('every place is reached by single keys, and they can be switched off', async ({ visit }) => {
  const louise = await signUp('louise')
  const { page } = await visit({ as: louise, at: '/settings/appearance' })
  await shown(page.getByRole('heading', { level: 1, name: 'Appearance' }))
  await page.keyboard.press('?')
  const help = page.getByRole('dialog', { name: 'Keyboard' })
  await shown(help)
  await page.keyboard.press('Escape')
  await help.waitFor({ state: 'detached' })
  for (const [keys, path] of Object.entries({
    'g e': '/explore',
    'g n': '/notifications',
    'g h': '/',
    'g s': '/settings/account',
  })) {
    for (const key of keys.split(' ')) await page.keyboard.press(key)
    await page.waitForURL(path)
  }
  await page.keyboard.press('?')
  await help.getByLabel(/Single keys do something/).click()
  await page.keyboard.press('Escape')
  await help.waitFor({ state: 'detached' })
  await page.keyboard.press('g')
  await page.keyboard.press('e')
  // Firefox looks for text on the page by this one.
  const isTaken = await page.evaluate(
    () => !document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '/', bubbles: true, cancelable: true })),
  )
  expect(isTaken).toBe(false)
  await page.getByLabel('Name', { exact: true }).focus()
  expect(new URL(page.url()).pathname).toBe('/settings/account')
})

test('a page that comes puts the keyboard at its beginning and says its name', async ({ visit }) => {
  const louise = await signUp('louise')
  const { page } = await visit({ as: louise, at: '/settings/appearance' })
  await page.keyboard.press('Tab')
  await shown(page.getByRole('link', { name: 'Skip to the content' }))
  await page.keyboard.press('Enter')
  await expect.poll(focused).toBe('main')
  await place(page, 'Notifications').click()
  await page.waitForURL('/notifications')
  await expect.poll(focused).toBe('main')
  await expect.poll(() => page.locator('[aria-live=polite]').allTextContents()).toContain('Notifications')

  async function focused(): Promise<string> {
    return await page.evaluate(() => document.activeElement?.id ?? '')
  }
})

test('what is nowhere says so, for the browser too', async ({ visit }) => {
  const { page } = await visit({ at: '/login', mayFail: [/404/] })
  const answer = await page.goto('/there/is/nothing')
  expect(answer?.status()).toBe(404)
  await shown(page.getByRole('heading', { name: 'There is nothing here' }))
  await page.getByRole('link', { name: /home/i }).first().click()
  await page.waitForURL('/')
})

test('a line that is lost is said as long as it is lost', async ({ visit }) => {
  const louise = await signUp('louise')
  const line = await openLine(system.url)
  try {
    const { context, page } = await visit({ as: louise, at: '/settings/account', door: line.url, mayFail: [/ERR_/] })
    await shown(page.getByLabel('Name', { exact: true }))
    await page.getByLabel('Name', { exact: true }).fill('Louise')
    // Half of a loss: the network is there, and nobody answers.
    line.cut()
    await page.getByRole('button', { name: 'Save' }).click()
    await shown(page.getByText('The server does not answer. What you typed is still here; try again in a moment.'))
    await context.setOffline(true)
    await shown(page.getByText('No connection. You see what was loaded before.'))
    line.mend()
    await context.setOffline(false)
    await page.getByText('No connection. You see what was loaded before.').waitFor({ state: 'detached' })
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Louise')
    await page.getByRole('button', { name: 'Save' }).click()
    await shown(page.getByText('Saved.'))
  } finally {
    await line.close()
  }
})

test('an answer that takes ten seconds is waited for, and seen to be', async ({ visit }) => {
  const louise = await signUp('louise')
  const { page } = await visit({ as: louise, at: '/settings/appearance' })
  let release: (() => void) | undefined
  await page.route('**/api/v1/notifications?*', async (route) => {
    await new Promise<void>((resolve) => (release = resolve))
    await route.continue()
  })
  await place(page, 'Notifications').click()
  await shown(page.getByRole('main').getByText('Loading'))
  await expect.poll(() => release).toBeDefined()
  release?.()
  await shown(page.getByRole('heading', { name: 'Nothing yet' }))
})

test('what a page shows first is asked for before the app is there, and once', async ({ visit }) => {
  const louise = await signUp('louise')
  const post = await publish(louise, 'The bridge')
  await expect.poll(async () => (await allOf(Post, louise, '/api/v1/feed/home')).length).toBe(1)
  for (const [path, ...wanted] of [
    ['/', '/api/v1/feed/home?limit=12'],
    ['/global', '/api/v1/feed?limit=12'],
    ['/explore', '/api/v1/feed/explore?limit=30'],
    [`/p/${post.id}`, `/api/v1/posts/${post.id}`],
    [`/@${louise.username}`, `/api/v1/users/${louise.username}`, `/api/v1/users/${louise.username}/posts?limit=30`],
  ] as const) {
    // Somebody who was not here before: who was sees at once what was there then.
    const { context } = await visit({ as: louise, at: '/settings/appearance' })
    const page = await context.newPage()
    const asked: string[] = []
    page.on('request', (request) => {
      const { pathname, search } = new URL(request.url())
      asked.push(pathname + search)
    })
    await page.goto(path)
    await shown(page.getByRole('main').locator('img[src*="/media/"]').first())
    const counts = wanted.map((url) => asked.filter((other) => other === url).length)
    expect(counts, path).toEqual(wanted.map(() => 1))
    // The app has taken all of them.
    expect(await page.evaluate(left), path).toEqual([])
    await page.close()
  }
})

/** What of that the app has not taken. */
function left(): string[] {
  const { begun } = globalThis as unknown as { begun?: { answers: Map<string, unknown> } }
  return begun ? [...begun.answers.keys()] : ['nothing was asked for']
}
